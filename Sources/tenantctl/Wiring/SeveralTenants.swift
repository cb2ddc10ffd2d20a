internal import Wiring
internal import ArgumentParser
internal import TenantCore

/// What a command has to say of one tenant: a text, and at times also why it is not content.
struct TenantAnswer: Sendable {
  var text = ""
  var failure: Failure?
}

/// How many tenants at once.
struct JobOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many tenants at once, 1 to 64.", valueName: "n")) var jobs = 1

  func validate() throws {
    guard (1...64).contains(jobs) else {
      throw ValidationError("--jobs must be a number from 1 to 64")
    }
  }
}

/// Does the same for several tenants: all are tried, answers come in the order of the names, and the
/// highest exit code counts.
struct SeveralTenants {
  let names: [String]
  var jobs = 1
  let notes: Notes
  /// Where failures go too if the answer is JSON.
  var json: JSONOutput?

  private var isSeveral: Bool { names.count > 1 || json?.isArray == true }

  /// Asks each tenant.
  ///
  /// - Throws: the failure of the one tenant that was asked, or one with the highest code.
  func each(_ body: @escaping @Sendable (String) async throws -> TenantAnswer) async throws {
    var failures: [Failure] = []
    var answers: [Int: TenantAnswer] = [:]
    var printed = 0
    await withTaskGroup(of: (Int, TenantAnswer).self) { group in
      var waiting = names.enumerated().makeIterator()
      func start() {
        guard let (index, name) = waiting.next() else { return }
        group.addTask { (index, await Self.attempt(name, body)) }
      }
      for _ in 0..<jobs { start() }
      for await (index, answer) in group {
        answers[index] = answer
        start()
        while let answer = answers.removeValue(forKey: printed) {
          if let failure = report(answer, names[printed]) { failures.append(failure) }
          printed += 1
        }
      }
    }
    try conclude(failures)
  }

  private static func attempt(
    _ name: String, _ body: @Sendable (String) async throws -> TenantAnswer
  ) async -> TenantAnswer {
    do {
      try Task.checkCancellation()
      return try await body(name)
    } catch {
      let failure = Failure(error)
      return TenantAnswer(failure: Failure(failure.kind, failure.atTerminal(tenant: name)))
    }
  }

  /// Prints an answer. A reader that went away stops no other tenant's work.
  private func report(_ answer: TenantAnswer, _ name: String) -> Failure? {
    do {
      try StandardStreams.write(answer.text)
      guard let failure = answer.failure, isSeveral else { return answer.failure }
      guard !failure.message.isEmpty, failure.kind != .interrupted else { return failure }
      if let json {
        try json.add(failure, tenant: name)
      } else {
        let lines = failure.message.split(separator: "\n").map { "\(name): \($0)" }
        StandardStreams.complain(lines.joined(separator: "\n"))
      }
      return failure
    } catch {
      return Failure(error)
    }
  }

  private func conclude(_ failures: [Failure]) throws {
    let worst = failures.max { $0.kind.exitCode < $1.kind.exitCode }
    guard isSeveral else {
      if let worst { throw worst }
      return names.isEmpty ? notes.say("there is no tenant that you may administer") : ()
    }
    guard let worst else { return notes.say("\(names.count) tenants: all done") }
    // A reader that closed the pipe wants to hear no more.
    if failures.allSatisfy(\.message.isEmpty) { throw worst }
    notes.say(
      "\(names.count) tenants: \(names.count - failures.count) done, \(failures.count) failed; "
        + "exit code \(worst.kind.exitCode)")
    throw Failure(worst.kind, worst.kind == .interrupted ? worst.message : "")
  }
}
