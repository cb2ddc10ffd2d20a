/// Why a file or its folder is not even read.
package struct FileRefusal: Error {
  package enum Reason {
    /// It is missing or cannot be opened or read.
    case unreadable
    /// Others may write it, it belongs to someone else, or it lies elsewhere (A4).
    case unsafe
  }

  package let reason: Reason
  /// At least one.
  package let problems: [FileProblem]

  init(_ reason: Reason, path: String, _ messages: String...) {
    self.init(reason, path: path, messages: messages)
  }

  init(_ reason: Reason, path: String, messages: [String]) {
    self.reason = reason
    problems = messages.map { FileProblem(path: path, message: $0) }
  }
}
