public import YAMLFiles

/// Why a tenant file or its folder is refused (exit code 78).
///
/// All independent problems of a file are in one error, in the order of the file. No message holds
/// a secret.
public struct TenantConfigError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of a refusal; more may be added.
  public struct Code: Sendable, Hashable {
    /// The stable name.
    public let name: String

    /// The file or folder is missing or cannot be opened or read.
    public static let unreadable = Code(name: "unreadable")
    /// Others may write it, it belongs to someone else, or it lies elsewhere (A4).
    public static let unsafe = Code(name: "unsafe")
    /// It was read, and what it says is wrong.
    public static let invalid = Code(name: "invalid")
  }

  /// One thing that is wrong, and where: `file:line:column: message`.
  public typealias Problem = FileProblem

  /// The kind of the refusal.
  public let code: Code
  /// What is wrong, ordered by position; at least one.
  public let problems: [Problem]

  /// The files and folders that the problems are in, as the caller named them.
  public var paths: Set<String> { Set(problems.map(\.path)) }

  /// One line for each problem.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }

  /// An error about a file or folder as a whole.
  init(_ code: Code, path: String, _ message: String) {
    self.init(code, [Problem(path: path, message: message)])
  }

  init(_ code: Code, _ problems: [Problem]) {
    self.code = code
    self.problems = problems
  }

  /// A file or folder that was not even read.
  init(_ refusal: FileRefusal) {
    switch refusal.reason {
    case .unreadable: self.init(.unreadable, refusal.problems)
    case .unsafe: self.init(.unsafe, refusal.problems)
    }
  }
}
