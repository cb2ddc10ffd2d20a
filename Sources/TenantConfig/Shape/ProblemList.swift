/// The problems of one file, gathered while it is read.
final class ProblemList {
  /// More than anyone mends in one go; a hostile file cannot make more.
  private static let maximumCount = 200

  private let path: String
  private var problems: Set<TenantConfigError.Problem> = []

  /// - Parameter path: the file, as the user named it.
  init(path: String) {
    self.path = path
  }

  var isEmpty: Bool { problems.isEmpty }

  /// The problems in the order of the file.
  var sorted: [TenantConfigError.Problem] {
    problems.sorted { left, right in
      let start = FilePosition(line: 0, column: 0)
      let places = (left.position ?? start, right.position ?? start)
      return places.0 == places.1 ? left.message < right.message : places.0 < places.1
    }
  }

  /// Adds a problem; the message of one too many is not even made.
  func report(_ message: @autoclosure () -> String, at position: FilePosition) {
    guard problems.count < Self.maximumCount else { return }
    problems.insert(.init(path: path, position: position, message: message()))
  }
}
