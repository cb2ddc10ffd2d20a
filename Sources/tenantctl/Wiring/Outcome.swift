internal import Workbench
internal import ArgumentParser
internal import Foundation

/// Runs a command and ends the process with its exit code.
enum Outcome {
  /// Takes what the system allows, and ends the process in words if that is too little to begin with.
  static func checkNeeds(_ words: [String]) {
    ProcessLimits.prepare()
    do {
      try ProcessNeeds.check()
    } catch {
      end(CommandFailure(error), words)
    }
  }

  static func run(_ words: [String]) async -> Never {
    let task = Task { () -> CommandFailure? in await attempt(words) }
    Interruption.cancel(task)
    guard let failure = await task.value else { exit(0) }
    let code = Interruption.happened ? CommandFailure.Code.interrupted : failure.code
    end(CommandFailure(code, failure.message), words)
  }

  private static func end(_ failure: CommandFailure, _ words: [String]) -> Never {
    StandardStreams.report(failure, asJSON: WordOrder.wantsJSON(words))
    exit(failure.code.rawValue)
  }

  private static func attempt(_ words: [String]) async -> CommandFailure? {
    do {
      var command = try TenantCtl.parseAsRoot(words)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return nil
    } catch {
      return failure(error, words)
    }
  }

  /// Help and version end the program here; what is not the parser's gets its own exit code.
  private static func failure(_ error: any Error, _ words: [String]) -> CommandFailure {
    if let error = error as? ValidationError { return CommandFailure(.usage, error.message) }
    let code = TenantCtl.exitCode(for: error)
    guard code == .success || code == .validationFailure else { return CommandFailure(error) }
    if code == .success || !WordOrder.wantsJSON(words) { TenantCtl.exit(withError: error) }
    return CommandFailure(.usage, TenantCtl.message(for: error))
  }
}
