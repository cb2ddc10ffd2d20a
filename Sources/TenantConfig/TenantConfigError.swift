/// A place in a file; line and column count from 1, the column in characters.
public struct FilePosition: Sendable, Hashable, Comparable {
  /// The line, from 1.
  public let line: Int
  /// The column in characters (Unicode scalars), from 1.
  public let column: Int

  /// Makes a position.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The order in which a reader of the file meets them.
  public static func < (left: FilePosition, right: FilePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

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

  /// One thing that is wrong, and where.
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// The file, as the caller named it.
    public let path: String
    /// The place in the file; nil if the file or folder as a whole is meant.
    public let position: FilePosition?
    /// What is wrong, and the remedy.
    public let message: String

    /// `file:line:column: message`, or `file: message` for the file as a whole.
    public var description: String {
      guard let position else { return "\(path): \(message)" }
      return "\(path):\(position.line):\(position.column): \(message)"
    }
  }

  /// The kind of the refusal.
  public let code: Code
  /// What is wrong, ordered by position; at least one.
  public let problems: [Problem]

  /// One line for each problem.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }

  /// An error about a file or folder as a whole.
  init(_ code: Code, path: String, _ message: String) {
    self.init(code, [Problem(path: path, position: nil, message: message)])
  }

  init(_ code: Code, _ problems: [Problem]) {
    self.code = code
    self.problems = problems
  }
}
