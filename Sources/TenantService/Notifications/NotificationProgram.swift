internal import OperatingSystem
internal import TenantCore

/// Runs a program, without a shell, with the notification on its standard input.
///
/// It is given a small environment, not the service's own, which may hold passwords. What it has started is
/// killed when it has ended or its time is over.
struct NotificationProgram: NotificationWay {
  let path: String
  var timeLimit = Duration.seconds(30)

  var name: String { path }

  private static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]

  func deliver(_ notification: TenantNotification) async throws {
    switch try await end(input: Array(try notification.json) + [UInt8(ascii: "\n")]) {
    case .exit(0), .full: return
    case .exit(let code):
      throw NotificationFailure(description: "it ended with exit code \(code)")
    case .signal(let number):
      throw NotificationFailure(description: "it ended by signal \(number)")
    case .late:
      throw NotificationFailure(description: "it took longer than \(timeLimit) and was killed")
    }
  }

  private func end(input: [UInt8]) async throws -> ChildProgram.Ending {
    let program = ChildProgram(
      path: path, environment: .only(Self.environment), timeLimit: timeLimit)
    do {
      return try await program.run(input: input)
    } catch is CancellationError {
      throw NotificationFailure(description: "the service ended before it did, and it was killed")
    } catch {
      throw NotificationFailure(description: "it cannot be started: \(error)")
    }
  }
}
