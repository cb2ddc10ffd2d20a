package import Authorization
package import OperatingSystem
package import TenantCore
import YAMLFiles

/// Why a tenant file or its folder is refused (exit code 78).
///
/// All independent problems of a file are in one error, in the order of the file. No message holds
/// a secret.
package struct TenantConfigError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of a refusal; more may be added.
  package struct Code: Sendable, Hashable {
    /// The stable name.
    package let name: String

    /// The file or folder is missing or cannot be opened or read.
    package static let unreadable = Code(name: "unreadable")
    /// Others may write it, it belongs to someone else, or it lies elsewhere (A4).
    package static let unsafe = Code(name: "unsafe")
    /// It was read, and what it says is wrong.
    package static let invalid = Code(name: "invalid")
  }

  /// One thing that is wrong, and where: `file:line:column: message`.
  package typealias Problem = FileProblem

  /// The kind of the refusal.
  package let code: Code
  /// What is wrong, ordered by position; at least one.
  package let problems: [Problem]
  /// Who would have which roles, if that much of the file can be read.
  package let access: AccessPolicy?

  /// The files and folders that the problems are in, as the caller named them.
  package var paths: Set<String> { Set(problems.map(\.path)) }

  /// One line for each problem.
  package var description: String {
    problems.map(\.description).joined(separator: "\n")
  }

  /// An error about a file or folder as a whole.
  init(_ code: Code, path: String, _ message: String) {
    self.init(code, [Problem(path: path, message: message)])
  }

  init(_ code: Code, _ problems: [Problem], access: AccessPolicy? = nil) {
    self.code = code
    self.problems = problems
    self.access = access
  }

  /// A file or folder that was not even read.
  init(_ refusal: FileRefusal) {
    switch refusal.reason {
    case .unreadable: self.init(.unreadable, refusal.problems)
    case .unsafe: self.init(.unsafe, refusal.problems)
    }
  }
}

extension TenantConfigError: ClassifiedError {
  package var failure: Failure { Failure(.configuration, description) }
}
