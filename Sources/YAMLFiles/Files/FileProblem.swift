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

/// One thing that is wrong with a file or a folder, and where.
public struct FileProblem: Sendable, Hashable, CustomStringConvertible {
  /// The file, as the caller named it.
  public let path: String
  /// The place in the file; nil if the file or folder as a whole is meant.
  public let position: FilePosition?
  /// What is wrong, and the remedy.
  public let message: String

  package init(path: String, position: FilePosition? = nil, message: String) {
    self.path = path
    self.position = position
    self.message = message
  }

  /// `file:line:column: message`, or `file: message` for the file as a whole.
  public var description: String {
    guard let position else { return "\(path): \(message)" }
    return "\(path):\(position.line):\(position.column): \(message)"
  }
}
