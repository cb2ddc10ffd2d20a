internal import PluginContract

/// A matcher whose keys a plugin's process makes.
struct OutsideMatcher: Matcher {
  let rules: [KeyRule]
  let attributes: [String]
  let fields: [TenantField]
  let mode: TierMode
  private let isExact: [Bool]
  private let session: PluginSession
  private let number: UInt32

  /// Takes what the process said of a matcher that it made.
  init(_ made: MadeMatcher, number: UInt32, session: PluginSession) throws(PluginError) {
    do throws(FrameError) {
      let checked = try CheckedMatcher(made, plugin: session.plugin)
      (rules, attributes) = (checked.rules, made.attributes)
      (fields, mode) = (checked.fields, checked.mode)
      isExact = rules.map { $0.strength == .exact }
    } catch {
      throw session.failure("\(error)")
    }
    self.session = session
    self.number = number
  }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let (request, question) = try ask(batch, side, purpose)
    guard let frame = try session.process.waitForFrame(of: question) else {
      throw session.failure("it gave no answer")
    }
    return try keys(in: frame, request: request, count: batch.count, purpose: purpose)
  }

  func start(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> PendingKeys {
    let (request, question) = try ask(batch, side, purpose)
    let count = batch.count
    return PendingKeys {
      let frame = try await session.process.frame(of: question)
      return try keys(in: frame, request: request, count: count, purpose: purpose)
    }
  }

  private func ask(
    _ batch: RecordBatch, _ side: Side, _ purpose: KeyPurpose
  ) throws -> (UInt32, PluginProcess.Question) {
    let request = session.nextRequest()
    let records = RecordsFrame(
      request: request, matcher: number, side: side, purpose: purpose, batch: batch)
    let names = side == .directory ? attributes : fields.map(\.rawValue)
    return (request, session.process.ask(try records.frame(names: names)))
  }

  private func keys(
    in frame: Frame, request: UInt32, count: Int, purpose: KeyPurpose
  ) throws -> KeyBatch {
    do {
      guard frame.kind == .keys else { throw try session.complaint(in: frame) }
      let answer = try KeysFrame(frame.body)
      guard answer.request == request, answer.keys.recordCount == count else {
        throw FrameError(
          "it answered \(answer.keys.recordCount) records of batch \(answer.request), and was "
            + "asked about \(count) of batch \(request)")
      }
      try checkRules(of: answer.keys, purpose: purpose)
      return answer.keys
    } catch let error as FrameError {
      throw session.failure("\(error)")
    }
  }

  /// A rule beyond the list would be another matcher's where several are combined.
  private func checkRules(of keys: KeyBatch, purpose: KeyPurpose) throws(FrameError) {
    let wanted = purpose == .candidates
    for rule in keys.rules where rule >= isExact.count || isExact[Int(rule)] != wanted {
      throw FrameError(
        "it named the rule \(rule), which is not one of its \(isExact.count) rules, or not of the "
          + "kind that it was asked for")
    }
  }
}
