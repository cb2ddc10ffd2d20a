internal import PluginContract
internal import TenantCore

/// Packs rows into a batch. Rows come in the order of their keys; the columns of a row in any order.
struct SnapshotBatchBuilder {
  /// The number of rows that were begun.
  private(set) var count = 0
  private var anchors: [UInt8] = []
  private var states: [UInt8] = []
  private var flags: [UInt8] = []
  private var users: [UInt64] = []
  var login = TextColumnBuilder()
  var mail = TextColumnBuilder()
  var firstName = TextColumnBuilder()
  var lastName = TextColumnBuilder()
  var employeeID = TextColumnBuilder()
  private var principalName = SplitColumnBuilder()
  private var distinguishedName = SplitColumnBuilder()
  private var occurrenceRows: [UInt16] = []
  private var occurrences: [UInt32] = []
  private var moreRows: [UInt16] = []
  private var more = TextColumnBuilder()
  private var reasonRows: [UInt16] = []
  private var reasonWords = [DictionaryColumnBuilder](
    repeating: DictionaryColumnBuilder(), count: 3)
  private var reasonTexts = [TextColumnBuilder](repeating: TextColumnBuilder(), count: 4)

  /// Adds a row.
  mutating func append(_ record: SnapshotRecord) {
    beginRow(record.guid, record.state, record.flags, userID: record.userID)
    login.append(record.login.span)
    mail.append(record.mail.span)
    firstName.append(record.firstName.span)
    lastName.append(record.lastName.span)
    employeeID.append(record.employeeID.span)
    append(principalName: record.principalName.span, login: record.login.span)
    append(distinguishedName: record.distinguishedName.span)
    if record.occurrence > 1 { append(occurrence: record.occurrence, of: count - 1) }
    if !record.more.isEmpty { append(more: record.more, of: count - 1) }
    if let reason = record.reason { append(reason, of: count - 1) }
  }

  /// Begins a row with its codes.
  mutating func beginRow(
    _ guid: ObjectGUID?, _ state: RowState, _ flags: AccountFlags, userID: Int64
  ) {
    count += 1
    if let guid {
      guid.appendBytes(to: &anchors)
    } else {
      anchors.append(contentsOf: repeatElement(0, count: 16))
    }
    states.append(CodeColumns.code(of: state))
    self.flags.append(flags.rawValue)
    users.append(UInt64(max(0, userID)))
  }

  mutating func append(principalName: Span<UInt8>, login: Span<UInt8>) {
    var separator = principalName.count - 1
    while separator >= 0, principalName[separator] != UInt8(ascii: "@") { separator -= 1 }
    self.principalName.append(
      principalName, tail: separator >= 0 ? separator : nil, other: login)
  }

  mutating func append(distinguishedName: Span<UInt8>) {
    // The separator belongs to the end, so that both together are the name as it was written.
    self.distinguishedName.append(
      distinguishedName, tail: DistinguishedName.parentStart(in: distinguishedName).map { $0 - 1 },
      other: distinguishedName.extracting(0..<0))
  }

  /// Adds a record's principal name; `login` is the column of the logins.
  mutating func append(principalNameOf record: Int, in column: PackedColumn, login: PackedColumn) {
    append(
      principalName: column.bytes.span.extracting(column.range(ofFirst: record)),
      login: login.bytes.span.extracting(login.range(ofFirst: record)))
  }

  /// Adds a record's distinguished name.
  mutating func append(distinguishedNameOf record: Int, in column: PackedColumn) {
    append(distinguishedName: column.bytes.span.extracting(column.range(ofFirst: record)))
  }

  mutating func append(occurrence: Int, of row: Int) {
    occurrenceRows.append(UInt16(row))
    occurrences.append(UInt32(clamping: occurrence))
  }

  mutating func append(more json: ArraySlice<UInt8>, of row: Int) {
    moreRows.append(UInt16(row))
    more.append(json.span)
  }

  mutating func append(_ reason: StoredReason, of row: Int) {
    reasonRows.append(UInt16(row))
    for (index, text) in reason.texts.enumerated() {
      if index < reasonWords.count {
        reasonWords[index].append(text.span)
      } else {
        reasonTexts[index - reasonWords.count].append(text.span)
      }
    }
  }

  /// Takes the batch.
  func finish(domain: String, firstKey: [UInt8]) -> PackedSnapshotBatch {
    var codes = states + flags
    codes.append(numbers: users)
    return PackedSnapshotBatch(
      domain: domain, firstKey: firstKey, count: count,
      values: [anchors, codes, packed(login, mail), names(), rest()])
  }

  private func packed(_ columns: TextColumnBuilder...) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(columns.reduce(0) { $0 + $1.bytes.count + 4 * count + 1 })
    for column in columns { column.write(to: &output) }
    return output
  }

  private func names() -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(128 * count)
    principalName.write(to: &output)
    firstName.write(to: &output)
    lastName.write(to: &output)
    employeeID.write(to: &output)
    distinguishedName.write(to: &output)
    return output
  }

  private func rest() -> [UInt8] {
    var output: [UInt8] = []
    SparseRows.write(occurrenceRows, to: &output)
    output.append(numbers: occurrences)
    SparseRows.write(moreRows, to: &output)
    more.write(to: &output)
    SparseRows.write(reasonRows, to: &output)
    for column in reasonWords { column.write(to: &output) }
    for column in reasonTexts { column.write(to: &output) }
    return output
  }
}
