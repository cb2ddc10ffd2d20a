internal import PluginContract

/// What holds for a matcher's keys on one side, for one purpose.
struct KeyCheck {
  let matcher: any Matcher
  /// The same matcher, made a second time.
  let twin: any Matcher
  let side: Side
  let purpose: KeyPurpose

  private var columns: [String] {
    side == .directory ? matcher.attributes : matcher.fields.map(\.rawValue)
  }

  func run(in findings: inout Findings) {
    let ordinary = ProbeRecords.ordinary
    let records = probe(60) { ordinary[($0 * 5 + $1 * 3 + $0 / 14) % ordinary.count] }
    guard let answers = answers(of: records, Self.everyRecord, in: &findings) else { return }
    checkIndependence(records, answers, in: &findings)
    checkEmpties(in: &findings)
    checkFolding(in: &findings)
    checkHostileValues(in: &findings)
    checkFullBatch(in: &findings)
    checkColumns(records, answers, in: &findings)
  }

  private func probe(_ count: Int, _ values: (Int, Int) -> [[UInt8]]) -> ProbeRecords {
    ProbeRecords(count: count, columns: columns, side: side, values: values)
  }

  private static let everyRecord = "answers every record, in order"

  private var place: String { "on the \(side.rawValue)'s side, for \(purpose.rawValue)" }

  /// The answers to a batch; nil, and a violation, if there is not one for each record.
  private func answers(
    of records: ProbeRecords, _ duty: String, decoys: [String] = [], by other: (any Matcher)? = nil,
    in findings: inout Findings
  ) -> [MatcherAnswer]? {
    let batch = records.batch(decoys: decoys)
    let keys = findings.attempt(duty, at: place) {
      try (other ?? matcher).keys(for: batch, side: side, purpose: purpose)
    }
    guard let keys else { return nil }
    findings.expect(
      keys.recordCount == records.count, Self.everyRecord,
      "\(keys.recordCount) answers for \(records.count) records \(place)")
    for rule in Set(keys.rules) {
      checkRule(Int(rule), in: &findings)
    }
    return keys.recordCount == records.count ? MatcherAnswer.all(keys) : nil
  }

  private func checkRule(_ index: Int, in findings: inout Findings) {
    let isKnown = matcher.rules.indices.contains(index)
    findings.expect(
      isKnown, "names its own rules only",
      "a key names rule \(index) of \(matcher.rules.count) \(place)")
    guard isKnown else { return }
    let isExact = matcher.rules[index].strength == .exact
    findings.expect(
      isExact == (purpose == .candidates), "gives the keys that it is asked for",
      "rule '\(matcher.rules[index].code)' is \(isExact ? "exact" : "near") \(place)")
  }

  private func compare(
    _ one: [MatcherAnswer]?, _ other: [MatcherAnswer], _ duty: String, in findings: inout Findings
  ) {
    guard let one else { return }
    guard let index = zip(one, other).map({ $0 == $1 }).firstIndex(of: false) else {
      return findings.expect(true, duty, "")
    }
    findings.expect(
      false, duty, "record \(index): \(one[index]), elsewhere \(other[index]), \(place)")
  }

  // MARK: - Duties

  private func checkIndependence(
    _ records: ProbeRecords, _ answers: [MatcherAnswer], in findings: inout Findings
  ) {
    let repeated = self.answers(of: records, Self.everyRecord, in: &findings)
    compare(repeated, answers, "gives the same answer every time", in: &findings)
    let made = self.answers(of: records, Self.everyRecord, by: twin, in: &findings)
    compare(made, answers, "gives the same answer when it is made again", in: &findings)
    let reversed = self.answers(
      of: records.taking((0..<records.count).reversed()), Self.everyRecord, in: &findings)
    compare(
      reversed.map { $0.reversed() }, answers, "does not look at a record's neighbours",
      in: &findings)
    let alone = (0..<records.count).compactMap {
      self.answers(of: records.taking([$0]), Self.everyRecord, in: &findings)?.first
    }
    compare(alone, answers, "does not look at the batch's size", in: &findings)
  }

  private func checkEmpties(in findings: inout Findings) {
    let blanks: [[[UInt8]]] = [[], [[]], [[0x20, 0x09]], [[], []], [Array("\u{A0}".utf8)]]
    let records = probe(blanks.count) { record, _ in blanks[record] }
    let answers = answers(of: records, Self.everyRecord, in: &findings) ?? []
    for (index, answer) in answers.enumerated() {
      findings.expect(
        answer.hasNoKeys, "makes no key of nothing (M5)",
        "record \(index) has no value and \(answer) \(place)")
    }
    _ = self.answers(of: probe(0) { _, _ in [] }, "answers an empty batch", in: &findings)
  }

  private func checkFolding(in findings: inout Findings) {
    let variants = [
      ["acme\\straße", " ACME\\STRASSE", "Acme\\Straẞe\u{3000}"],
      ["jürgen@acme.example", "\u{2003}JÜRGEN@ACME.EXAMPLE ", "ju\u{308}rgen@Acme.Example\t"],
      ["σίσυφοσ", "ΣΊΣΥΦΟΣ", "σίσυφος"],
    ]
    for texts in variants {
      let records = probe(texts.count) { record, _ in [Array(texts[record].utf8)] }
      guard let answers = answers(of: records, Self.everyRecord, in: &findings) else { continue }
      for (text, answer) in zip(texts, answers) {
        findings.expect(
          answer == answers[0], "compares trimmed and folded (M5)",
          "'\(text)' gives \(answer), '\(texts[0])' gives \(answers[0]) \(place)")
      }
    }
  }

  private func checkHostileValues(in findings: inout Findings) {
    let (hostile, ordinary) = (ProbeRecords.hostile, ProbeRecords.ordinary)
    let duty = "survives hostile values"
    // Every other record is an ordinary one: it must fare as it does in good company.
    let mixed = probe(hostile.count * 2) { record, column in
      record % 2 == 0 ? hostile[record / 2] : ordinary[(record / 2 + column) % ordinary.count]
    }
    let good = mixed.taking((0..<hostile.count).map { $0 * 2 + 1 })
    guard let answers = answers(of: mixed, duty, in: &findings),
      let expected = self.answers(of: good, duty, in: &findings)
    else { return }
    let spared = answers.indices.filter { $0 % 2 == 1 }.map { answers[$0] }
    compare(spared, expected, "lets no bad record spoil another", in: &findings)
  }

  private func checkFullBatch(in findings: inout Findings) {
    let texts = { (record: Int) in ["ACME\\u\(record)", "u\(record)@acme.example"][record % 2] }
    let records = probe(RecordBatch.maximumCount) { record, _ in [Array(texts(record).utf8)] }
    guard let full = answers(of: records, "answers a full batch", in: &findings) else { return }
    let last = RecordBatch.maximumCount - 1
    let alone = answers(of: records.taking([last]), "answers a full batch", in: &findings)
    compare(alone, [full[last]], "answers a full batch", in: &findings)
  }

  private func checkColumns(
    _ records: ProbeRecords, _ answers: [MatcherAnswer], in findings: inout Findings
  ) {
    let decoys =
      side == .directory
      ? ["sAMAccountName", "mail", "userPrincipalName", "givenName", "sn", "employeeID", "cn"]
      : TenantField.allCases.map(\.rawValue)
    let more = self.answers(
      of: records, Self.everyRecord, decoys: decoys, in: &findings)
    compare(more, answers, "reads what it declared and nothing else", in: &findings)
    let none = ProbeRecords(count: 3, columns: [], side: side) { _, _ in [] }
    let blind = self.answers(of: none, Self.everyRecord, in: &findings) ?? []
    findings.expect(
      blind.allSatisfy(\.hasNoKeys), "makes no key of nothing (M5)",
      "there is no column and still a key \(place)")
  }
}
