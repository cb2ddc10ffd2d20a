internal import PluginContract
internal import TenantCore

/// Rows of a signed round as they are stored: two values, of which the next round reads the first only.
///
/// `facts` holds the GUIDs, states, flags and marks, the linked users, the reason codes, and the distinguished names
/// of records without a GUID; `shown` logins and mails. A matched row takes some 40 bytes.
struct PackedRoundRows {
  let domain: String
  let count: Int
  let facts: [UInt8]
  let shown: [UInt8]

  /// Takes what is stored.
  init(domain: String, count: Int, facts: [UInt8], shown: [UInt8]) {
    self.domain = domain
    self.count = count
    self.facts = facts
    self.shown = shown
  }

  /// Packs rows with their marks.
  init(_ rows: RoundRows) {
    var facts: [UInt8] = []
    var records = TextColumnBuilder()
    for key in rows.keys {
      switch key {
      case .guid(let guid):
        guid.appendBytes(to: &facts)
        records.append([UInt8]().span)
      case .record(let name):
        facts.append(contentsOf: repeatElement(0, count: 16))
        records.append(name.span)
      }
    }
    facts += rows.states.map { CodeColumns.code(of: $0) }
    facts += rows.flags.map(\.rawValue)
    facts += rows.marks.map(\.rawValue)
    Self.texts(rows.userName).write(to: &facts)
    var reasons = DictionaryColumnBuilder()
    for row in 0..<rows.count {
      reasons.append(
        rows.reasonCode.bytes.span.extracting(rows.reasonCode.range(ofFirst: row)))
    }
    reasons.write(to: &facts)
    records.write(to: &facts)
    var shown: [UInt8] = []
    Self.texts(rows.login).write(to: &shown)
    Self.texts(rows.mail).write(to: &shown)
    self.init(domain: rows.domain, count: rows.count, facts: facts, shown: shown)
  }

  private static func texts(_ column: PackedColumn) -> TextColumnBuilder {
    var builder = TextColumnBuilder()
    builder.append(firstOfAll: column)
    return builder
  }

  /// Reads the rows; without `shown` logins and mails are blank.
  ///
  /// - Throws: ``StoreError`` for bytes that no version has written.
  func unpacked() throws -> RoundRows {
    guard 1...SnapshotBatch.maximumCount ~= count else { throw PackedBytes.damage }
    var rows = RoundRows(domain: domain)
    var input = PackedBytes(facts)
    let anchors = try input.take(16 * count)
    let states = try input.take(count)
    let flags = try input.take(count)
    let marks = try input.take(count)
    let users = try TextColumn(count, from: &input)
    let reasons = try DictionaryColumn(count, from: &input)
    let records = try TextColumn(count, from: &input)
    try input.end()
    for row in 0..<count {
      let start = anchors.lowerBound + 16 * row
      let guid = ObjectGUID(bytes: facts[start..<start + 16])
      rows.keys.append(guid.map { .guid($0) } ?? .record(Array(records[row])))
      rows.states.append(try Self.state(facts[states.lowerBound + row]))
      rows.flags.append(AccountFlags(rawValue: facts[flags.lowerBound + row]))
      rows.marks.append(try Self.mark(facts[marks.lowerBound + row]))
      rows.userName.appendRecord(Self.text(users[row]))
      rows.reasonCode.appendRecord(Self.text(reasons[row]))
    }
    try unpackShown(into: &rows)
    return rows
  }

  private func unpackShown(into rows: inout RoundRows) throws {
    let none: [UInt8]? = nil
    guard !shown.isEmpty else {
      rows.login.appendRecords(count, repeating: none)
      rows.mail.appendRecords(count, repeating: none)
      return
    }
    var input = PackedBytes(shown)
    let login = try TextColumn(count, from: &input)
    let mail = try TextColumn(count, from: &input)
    try input.end()
    for row in 0..<count {
      rows.login.appendRecord(Self.text(login[row]))
      rows.mail.appendRecord(Self.text(mail[row]))
    }
  }

  private static func state(_ code: UInt8) throws -> RowState {
    guard Int(code) < CodeColumns.states.count else { throw PackedBytes.damage }
    return CodeColumns.states[Int(code)]
  }

  private static func mark(_ code: UInt8) throws -> ReviewMark {
    guard let mark = ReviewMark(rawValue: code) else { throw PackedBytes.damage }
    return mark
  }

  private static func text(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    text.isEmpty ? nil : text
  }
}
