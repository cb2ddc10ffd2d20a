internal import TenantCore

/// Runs a program, without a shell, with the notification on its standard input.
///
/// It is given a small environment, not the service's own, which may hold passwords.
struct NotificationProgram: NotificationWay {
  let path: String
  var timeLimit = Duration.seconds(30)

  var name: String { path }

  private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"]

  func deliver(_ notification: TenantNotification) async throws {
    let program = try StartedProgram(path, environment: Self.environment)
    // The program may have closed its input; its exit code tells whether that was well.
    program.send(Array(try notification.json) + [UInt8(ascii: "\n")])
    let isLate = await isLate(program)
    let end = await program.end()
    guard let isLate else {
      throw NotificationFailure(description: "the service ended before it did, and it was killed")
    }
    if isLate {
      throw NotificationFailure(description: "it took longer than \(timeLimit) and was killed")
    }
    switch end {
    case .exit(0): return
    case .exit(let code):
      throw NotificationFailure(description: "it ended with exit code \(code)")
    case .signal(let number):
      throw NotificationFailure(description: "it ended by signal \(number)")
    }
  }

  /// Waits until the program has ended or is killed; what it started is killed in either case.
  ///
  /// - Returns: nil if the service ends first, which leaves no program behind.
  private func isLate(_ program: StartedProgram) async -> Bool? {
    defer { program.killAll() }
    return await withTaskGroup(of: Bool?.self) { group in
      group.addTask {
        await program.ended()
        return false
      }
      group.addTask { [timeLimit] in
        (try? await Task.sleep(for: timeLimit)) == nil ? nil : true
      }
      let first = await group.next() ?? nil
      if first != false { program.killAll() }
      group.cancelAll()
      return first
    }
  }
}
