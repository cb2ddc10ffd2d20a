import PluginContract

/// A matcher that keeps the contract but for one thing.
struct FaultyMatcher: Matcher {
  /// What it does wrong.
  enum Fault: String, CaseIterable, Sendable {
    case none, answersTooFew, readsRawValues, looksAtNeighbours, looksAtBatchSize
    case keysOfNothing, readsUndeclaredColumns, namesUnknownRules, mixesPurposes
    case throwsAtHostileValues, wrongNearCode, undeclaredAttribute
  }

  let fault: Fault
  var attributes: [String] { ["mail"] }
  var fields: [TenantField] { [.email] }

  var rules: [KeyRule] {
    let attribute = fault == .undeclaredAttribute ? "cn" : "mail"
    var near = KeyRule.near(
      .whitespace, matcher: "faulty", attributes: ["mail"], fields: [.email])
    if fault == .wrongNearCode { near.code = "close" }
    return [
      KeyRule(code: "faulty", matcher: "faulty", attributes: [attribute], fields: [.email]), near,
    ]
  }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let own = batch.column(side == .directory ? "mail" : "email")
    let other = batch.column(side == .directory ? "cn" : "userName")
    let column = fault == .readsUndeclaredColumns ? other ?? own : own
    let values = fault == .readsRawValues ? column?.raw : column?.canonical
    var keys = KeyBatch()
    for record in 0..<(fault == .answersTooFew ? max(0, batch.count - 1) : batch.count) {
      let value = values?.first(of: record) ?? []
      if fault == .throwsAtHostileValues, value.contains(0) { throw Surprise() }
      keys.add(key(of: value, record, in: batch, values), rule: rule(for: purpose))
      keys.endRecord()
    }
    return keys
  }

  private func rule(for purpose: KeyPurpose) -> Int {
    switch fault {
    case .namesUnknownRules: 2
    case .mixesPurposes: 0
    default: purpose == .candidates ? 0 : 1
    }
  }

  private func key(
    of value: ArraySlice<UInt8>, _ record: Int, in batch: RecordBatch, _ values: PackedColumn?
  ) -> [UInt8] {
    switch fault {
    case .keysOfNothing: Array(value) + [0x2E]
    case .looksAtBatchSize where !value.isEmpty: Array(value) + [UInt8(batch.count % 251)]
    case .looksAtNeighbours where record > 0 && !value.isEmpty:
      Array(value) + (values?.first(of: record - 1) ?? []).prefix(1)
    default: Array(value)
    }
  }

  struct Surprise: Error {}
}
