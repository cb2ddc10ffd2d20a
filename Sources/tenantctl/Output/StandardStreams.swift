internal import Administration
internal import Glibc
internal import OperatingSystem
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// Answers go to standard output, everything else to standard error.
enum StandardStreams {
  static func write(_ text: String) throws { try write(Array(text.utf8)) }

  static func write(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    hasAnswered.store(true, ordering: .relaxed)
    try write(bytes, to: STDOUT_FILENO, name: "standard output")
  }

  /// Writes all bytes to a descriptor.
  static func write(_ bytes: [UInt8], to descriptor: CInt, name: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        throw OutputError(message: "")
      } else if errno != EINTR {
        throw OutputError(message: "\(name) cannot be written: \(SystemWords.last.text)")
      }
    }
  }

  /// Says a failure: to standard error, or as an object on standard output where JSON is the
  /// answer and none was begun.
  static func report(_ failure: Failure, asJSON: Bool) {
    guard !failure.message.isEmpty else { return }
    guard asJSON, !hasAnswered.load(ordering: .relaxed) else { return complain(failure.message) }
    try? write(AnswerEncoder.text(ErrorAnswer(failure)))
  }

  /// Says on standard error what is wrong, line by line; foreign text is made harmless.
  static func complain(_ message: String) {
    let lines = message.split(separator: "\n").map { "tenantctl: \(DisplayText.safe($0))\n" }
    try? write(Array(lines.joined().utf8), to: STDERR_FILENO, name: "standard error")
  }

  /// True once anything was written to standard output.
  private static let hasAnswered = Atomic(false)
}

/// A file or stream that could not be written.
struct OutputError: ClassifiedError {
  /// Empty if the reader closed the pipe: there is nobody to tell.
  let message: String

  var failure: Failure { Failure(.storeFailure, message) }
}
