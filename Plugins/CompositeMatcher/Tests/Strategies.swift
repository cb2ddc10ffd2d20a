import PluginContract

/// Small real matchers to combine.
struct ColumnMatcher: Matcher {
  let name: String
  let attribute: String
  let field: TenantField
  var mode = TierMode.first
  /// The tiers of the rules: one exact and one near rule each.
  var tiers = 1

  var rules: [KeyRule] {
    (0..<tiers).flatMap { tier -> [KeyRule] in
      var exact = KeyRule(
        code: "\(name)-exact", matcher: name, attributes: [attribute], fields: [field])
      var near = KeyRule.near(
        .whitespace, matcher: name, attributes: [attribute], fields: [field])
      exact.tier = tier
      near.tier = tier
      return [exact, near]
    }
  }
  var attributes: [String] { [attribute] }
  var fields: [TenantField] { [field] }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    guard batch.columns.count <= 1 else { throw Seen(columns: batch.columns.map(\.name)) }
    let column = batch.columns.first?.canonical
    var keys = KeyBatch()
    for record in 0..<batch.count {
      if let value = column?.first(of: record) {
        keys.add(value, rule: purpose == .candidates ? 0 : 1, valueIndex: 3)
      }
      keys.endRecord()
    }
    return keys
  }
}

/// More columns than were declared.
struct Seen: Error { let columns: [String] }

/// Gives the same verdict for every record.
struct JudgingMatcher: Matcher {
  let name: String
  let verdict: Verdict
  var rules: [KeyRule] {
    [KeyRule(code: name, matcher: name, attributes: ["mail"], fields: [.email])]
  }
  let attributes = ["mail"]
  let fields: [TenantField] = [.email]

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) -> KeyBatch {
    var keys = KeyBatch()
    for _ in 0..<batch.count {
      switch verdict {
      case .skip(let rule): keys.skip(rule)
      case .fail(let message): keys.fail(message)
      }
      keys.endRecord()
    }
    return keys
  }
}

/// Answers one record too few, or names a rule that is not its own.
struct LyingMatcher: Matcher {
  let missingRecords: Int
  let rule: Int
  let rules = [KeyRule(code: "lie", matcher: "liar", attributes: ["mail"], fields: [.email])]
  let attributes = ["mail"]
  let fields: [TenantField] = [.email]

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) -> KeyBatch {
    var keys = KeyBatch()
    for _ in 0..<batch.count - missingRecords {
      keys.add(Array("x".utf8), rule: rule)
      keys.endRecord()
    }
    return keys
  }
}
