package import OperatingSystem

/// The problems of one file, gathered while it is read.
package final class ProblemList {
  /// More than anyone fixes in one go; a hostile file cannot make more.
  private static let maximumCount = 50

  private let path: String
  private var problems: Set<FileProblem> = []
  /// Those that are only counted.
  private var others = 0

  /// - Parameter path: the file, as the user named it.
  init(path: String) {
    self.path = path
  }

  package var isEmpty: Bool { problems.isEmpty }

  /// The problems in the order of the file, and how many more there are.
  package var sorted: [FileProblem] {
    guard others == 0 else {
      return inOrder + [FileProblem(path: path, message: "and \(others) more problems")]
    }
    return inOrder
  }

  private var inOrder: [FileProblem] {
    problems.sorted { left, right in
      let start = FilePosition(line: 0, column: 0)
      let places = (left.position ?? start, right.position ?? start)
      return places.0 == places.1 ? left.message < right.message : places.0 < places.1
    }
  }

  /// Adds a problem; the message of one too many is not even made.
  package func report(_ message: @autoclosure () -> String, at position: FilePosition) {
    guard problems.count < Self.maximumCount else { return others += 1 }
    problems.insert(FileProblem(path: path, position: position, message: message()))
  }
}
