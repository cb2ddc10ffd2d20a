internal import PluginContract
internal import TenantCore

/// Rows of the stored snapshot, in R4's order and of one domain, packed in columns.
///
/// It is stored as one row of a table, its columns as a few values in the order in which they are needed: a look-up
/// of a GUID reads ``Parts/anchors``, an export of the standard columns no more than ``Parts/codes`` and
/// ``Parts/shown``. Equal rows are equal bytes, so that a run that finds nothing new compares and decodes nothing.
struct SnapshotBatch {
  /// The most rows that a batch holds.
  static let maximumCount = 4096

  /// What is stored as one value, and can be read by itself.
  struct Parts: OptionSet {
    let rawValue: Int

    /// The GUIDs.
    static let anchors = Parts(rawValue: 1)
    /// States, flags, linked users.
    static let codes = Parts(rawValue: 2)
    /// Login and mail.
    static let shown = Parts(rawValue: 4)
    /// All other attributes with a column of their own.
    static let names = Parts(rawValue: 8)
    /// What few rows have: more attributes, reasons.
    static let rest = Parts(rawValue: 16)
    /// All that a row's key is made of.
    static let key: Parts = [.anchors, .shown, .names, .rest]
    static let all: Parts = [.anchors, .codes, .shown, .names, .rest]

    /// The columns of a table, in the order of the values.
    static let columns = ["anchors", "codes", "shown", "names", "rest"]
  }

  let domain: String
  let count: Int
  private let anchors: [UInt8]
  private let codes: CodeColumns
  let shown: ShownColumns
  let names: NameColumns
  let rest: RestColumns

  /// Reads a batch.
  ///
  /// - Parameters:
  ///   - count: the number of rows.
  ///   - values: the stored values of these parts, in the order of ``Parts/columns``.
  /// - Throws: ``StoreError`` for bytes that no version has written.
  init(domain: String, count: Int, _ parts: Parts, _ values: [[UInt8]]) throws {
    guard 1...Self.maximumCount ~= count else { throw PackedBytes.damage }
    self.domain = domain
    self.count = count
    var rest = values[...]
    func bytes(_ part: Parts) -> PackedBytes? {
      parts.contains(part) ? rest.popFirst().map { PackedBytes($0) } : nil
    }
    anchors = bytes(.anchors)?.bytes ?? []
    guard !parts.contains(.anchors) || anchors.count == 16 * count else { throw PackedBytes.damage }
    codes = try bytes(.codes).map { try CodeColumns(count, $0) } ?? CodeColumns()
    shown = try bytes(.shown).map { try ShownColumns(count, $0) } ?? ShownColumns()
    names = try bytes(.names).map { try NameColumns(count, $0) } ?? NameColumns()
    self.rest = try bytes(.rest).map { try RestColumns(count, $0) } ?? RestColumns()
  }

  /// A row's GUID as sixteen bytes; zeros if it has none, nothing if it was not read.
  func anchor(of row: Int) -> ArraySlice<UInt8> {
    anchors.isEmpty ? [] : anchors[16 * row..<16 * row + 16]
  }

  /// The GUIDs of all rows, sixteen bytes each.
  var anchorBytes: [UInt8] { anchors }

  /// A row's GUID; nil if it has none.
  func guid(of row: Int) -> ObjectGUID? { ObjectGUID(bytes: anchor(of: row)) }

  /// A row's state as it is stored: `found` is ``RowState/linked`` (semantics.md 5).
  func state(of row: Int) -> RowState { codes.states.isEmpty ? .failed : codes.states[row] }

  func flags(of row: Int) -> AccountFlags {
    AccountFlags(rawValue: codes.flags.isEmpty ? 0 : codes.flags[row])
  }

  /// The id of the linked tenant user; nil if there is none.
  func userID(of row: Int) -> Int64? {
    guard !codes.users.isEmpty, codes.users[row] != 0 else { return nil }
    return Int64(codes.users[row])
  }

  /// Appends a row's distinguished name.
  func appendDistinguishedName(of row: Int, to output: inout [UInt8]) {
    names.distinguishedName.append(row, to: &output)
  }

  /// Appends what names a row without a GUID: its distinguished name and, if others under this login have the
  /// same, which of them it is.
  func appendRecordID(of row: Int, to output: inout [UInt8]) {
    appendDistinguishedName(of: row, to: &output)
    SnapshotKey.append(occurrence: rest.occurrence(of: row), to: &output)
  }

  /// Appends a row's key.
  ///
  /// - Parameter domainKey: the domain, folded.
  func appendKey(of row: Int, domainKey: [UInt8], to output: inout [UInt8]) {
    SnapshotKey.append(text: domainKey[...], to: &output)
    var login: [UInt8] = []
    _ = CanonicalText.append(shown.login[row], to: &login)
    SnapshotKey.append(text: login[...], to: &output)
    if let guid = guid(of: row) {
      SnapshotKey.append(guid: guid.bytes[...], to: &output)
    } else {
      SnapshotKey.appendRecordMark(to: &output)
      appendRecordID(of: row, to: &output)
    }
  }
}

extension SnapshotBatch {
  /// A row with all that is stored of it; all parts were read.
  func record(_ row: Int) -> SnapshotRecord {
    var principalName: [UInt8] = []
    names.principalName.append(row, other: shown.login[row], to: &principalName)
    var distinguishedName: [UInt8] = []
    appendDistinguishedName(of: row, to: &distinguishedName)
    return SnapshotRecord(
      guid: guid(of: row), state: state(of: row), flags: flags(of: row),
      userID: userID(of: row) ?? 0, login: shown.login[row], mail: shown.mail[row],
      principalName: principalName[...], firstName: names.firstName[row],
      lastName: names.lastName[row], employeeID: names.employeeID[row],
      distinguishedName: distinguishedName[...], occurrence: rest.occurrence(of: row),
      more: rest.more(of: row), reason: rest.reason(of: row))
  }
}

extension SnapshotBatch {
  /// True if a row is another batch's row in all that is stored of it; all parts of both were read.
  func isSame(_ row: Int, as other: SnapshotBatch, _ otherRow: Int) -> Bool {
    domain == other.domain && state(of: row) == other.state(of: otherRow)
      && flags(of: row) == other.flags(of: otherRow)
      && userID(of: row) == other.userID(of: otherRow)
      && guid(of: row) == other.guid(of: otherRow)
      && shown.login.isSame(row, as: other.shown.login, otherRow)
      && shown.mail.isSame(row, as: other.shown.mail, otherRow)
      && names.isSame(row, as: other.names, otherRow)
      && rest.isSame(row, as: other.rest, otherRow)
  }
}

/// The packed columns of a batch as they are stored.
struct PackedSnapshotBatch: Sendable {
  let domain: String
  /// The key of the first row.
  let firstKey: [UInt8]
  let count: Int
  /// In the order of ``SnapshotBatch/Parts/columns``.
  let values: [[UInt8]]

  /// Reads what was packed.
  func unpacked() throws -> SnapshotBatch {
    try SnapshotBatch(domain: domain, count: count, .all, values)
  }
}
