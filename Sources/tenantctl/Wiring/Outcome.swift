internal import ArgumentParser
internal import Foundation

/// A command whose answer may be JSON; so are its errors then.
protocol JSONAnswering {
  var answersJSON: Bool { get }
}

/// Runs a command and ends the process with its exit code.
enum Outcome {
  static func run(_ command: sending any ParsableCommand) async -> Never {
    let answersJSON = (command as? any JSONAnswering)?.answersJSON ?? false
    let task = Task { () -> CommandFailure? in
      do {
        var command = command
        if var asynchronous = command as? any AsyncParsableCommand {
          try await asynchronous.run()
        } else {
          try command.run()
        }
        return nil
      } catch let error where TenantCtl.exitCode(for: error) == .success || error is CleanExit {
        TenantCtl.exit(withError: error)
      } catch let error as ValidationError {
        return CommandFailure(.usage, error.message)
      } catch {
        return CommandFailure(error)
      }
    }
    Interruption.cancel(task)
    guard let failure = await task.value else { exit(0) }
    let code = Interruption.happened ? CommandFailure.Code.interrupted : failure.code
    StandardStreams.report(CommandFailure(code, failure.message), asJSON: answersJSON)
    exit(code.rawValue)
  }
}
