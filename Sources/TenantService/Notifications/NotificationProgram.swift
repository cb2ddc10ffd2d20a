internal import Foundation
internal import Glibc
internal import Synchronization

/// Runs a program, without a shell, with the notification on its standard input.
///
/// It is given a small environment, not the service's own, which may hold passwords.
struct NotificationProgram: NotificationWay {
  let path: String
  var timeLimit = Duration.seconds(30)

  var name: String { path }

  func deliver(_ notification: TenantNotification) async throws {
    let process = Process()
    let input = Pipe()
    process.executableURL = URL(filePath: path)
    process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let ended = AsyncStream<NotificationFailure?>.makeStream()
    process.terminationHandler = { process in
      ended.continuation.yield(Self.failure(process))
      ended.continuation.finish()
    }
    try process.run()
    // The program may have closed its input; its exit code tells whether that was well.
    try? input.fileHandleForWriting.write(contentsOf: notification.json + Data("\n".utf8))
    try? input.fileHandleForWriting.close()
    try await wait(for: process.processIdentifier, ended.stream)
  }

  private func wait(
    for process: Int32, _ ended: AsyncStream<NotificationFailure?>
  ) async throws {
    let isLate = Mutex(false)
    let limit = Task { [timeLimit] in
      guard (try? await Task.sleep(for: timeLimit)) != nil else { return }
      isLate.withLock { $0 = true }
      kill(process, SIGKILL)
    }
    defer { limit.cancel() }
    for await failure in ended {
      if isLate.withLock(\.self) {
        throw NotificationFailure(description: "it took longer than \(timeLimit) and was killed")
      }
      if let failure { throw failure }
      return
    }
    // Cancelled: the service ends, and leaves no program behind.
    kill(process, SIGKILL)
    throw NotificationFailure(description: "the service ended before it did, and it was killed")
  }

  private static func failure(_ process: Process) -> NotificationFailure? {
    let status = process.terminationStatus
    if process.terminationReason == .exit, status == 0 { return nil }
    let how = process.terminationReason == .exit ? "with exit code" : "by signal"
    return NotificationFailure(description: "it ended \(how) \(status)")
  }
}
