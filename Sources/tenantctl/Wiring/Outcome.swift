internal import Administration
internal import ArgumentParser
internal import Foundation
internal import TenantCore
internal import Wiring

/// Runs a command and ends the process with its exit code.
enum Outcome {
  /// Takes what the system allows, and ends the process if that is too little to start.
  static func checkNeeds(_ words: [String]) {
    ProcessLimits.prepare()
    do {
      try ProcessNeeds.check()
    } catch {
      end(Failure(error), words)
    }
  }

  static func run(_ words: [String]) async -> Never {
    let task = Task { () -> Failure? in await attempt(words) }
    Interruption.cancel(task)
    guard let failure = await task.value else { exit(0) }
    let kind = Interruption.happened ? Failure.Kind.interrupted : failure.kind
    end(Failure(kind, failure.message), words)
  }

  private static func end(_ failure: Failure, _ words: [String]) -> Never {
    StandardStreams.report(failure, asJSON: wantsJSON(words))
    exit(failure.kind.exitCode)
  }

  /// True if the words ask for JSON, even if they cannot be parsed otherwise.
  static func wantsJSON(_ words: [String]) -> Bool {
    words.contains("--output=json")
      || zip(words, words.dropFirst()).contains { $0 == ("--output", "json") }
  }

  private static func attempt(_ words: [String]) async -> Failure? {
    var tenant: String?
    do {
      var command = try TenantCtl.parseAsRoot(words)
      tenant = (command as? any OneTenantCommand)?.tenant
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return nil
    } catch let error as LinkEditError {
      let lines = error.problems.map { $0.atTerminal(tenant: tenant) }
      return Failure(.notAvailable, lines.joined(separator: "\n"))
    } catch {
      let failure = failure(error, words)
      return Failure(failure.kind, failure.atTerminal(tenant: tenant))
    }
  }

  /// Help and version end the program here; what is not the parser's gets its own exit code.
  private static func failure(_ error: any Error, _ words: [String]) -> Failure {
    if let error = error as? ValidationError { return Failure(.usage, error.message) }
    let code = TenantCtl.exitCode(for: error)
    guard code == .success || code == .validationFailure else { return Failure(error) }
    if code == .success || !wantsJSON(words) { TenantCtl.exit(withError: error) }
    return Failure(.usage, TenantCtl.message(for: error))
  }
}

/// A command about one tenant, which its remedies name.
protocol OneTenantCommand: AsyncParsableCommand {
  var tenant: String { get }
}
