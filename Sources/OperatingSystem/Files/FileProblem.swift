/// A place in a file; line and column count from 1, the column in characters.
package struct FilePosition: Sendable, Hashable, Comparable {
  /// The line, from 1.
  package let line: Int
  /// The column in characters (Unicode scalars), from 1.
  package let column: Int

  /// Makes a position.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The order in which a reader of the file meets them.
  package static func < (left: FilePosition, right: FilePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// One thing that is wrong with a file or a folder, and where.
package struct FileProblem: Sendable, Hashable, CustomStringConvertible {
  /// The file, as the caller named it.
  package let path: String
  /// The place in the file; nil if the file or folder as a whole is meant.
  package let position: FilePosition?
  /// What is wrong, and the remedy.
  package let message: String

  package init(path: String, position: FilePosition? = nil, message: String) {
    self.path = path
    self.position = position
    self.message = message
  }

  /// `file:line:column: message`, or `file: message` for the file as a whole.
  package var description: String {
    guard let position else { return "\(path): \(message)" }
    return "\(path):\(position.line):\(position.column): \(message)"
  }
}
