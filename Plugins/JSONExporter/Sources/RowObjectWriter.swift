internal import PluginContract

/// Writes a row as an object, in the key order of the tenant file's section 3. A column that was
/// not asked for has no key; an absent value is null.
struct RowObjectWriter {
  /// How a column's value is written.
  private enum Kind { case text, boolean, list }

  private struct Member {
    let column: RowColumn
    /// `"key":`, as bytes.
    let key: [UInt8]
    let kind: Kind
    /// The batch's values; nil if it lacks the column.
    var values: PackedColumn?

    init(_ column: RowColumn, _ key: String? = nil, _ kind: Kind = .text) {
      self.column = column
      self.key = Array("\"\(key ?? column.rawValue)\":".utf8)
      self.kind = kind
    }
  }

  private static let plain = [
    Member(.activeDirectoryLogin), Member(.smtpAddress), Member(.status), Member(.state),
    Member(.domain), Member(.objectGUID), Member(.distinguishedName),
    Member(.enabled, nil, .boolean), Member(.locked, nil, .boolean),
    Member(.expired, nil, .boolean), Member(.decision), Member(.note), Member(.until),
    Member(.assignee), Member(.decidedBy), Member(.decidedAt),
  ]
  private static let user = [Member(.userName), Member(.windowsLogin)]
  private static let reason = [
    Member(.reasonCode, "code"), Member(.reasonMatcher, "matcher"),
    Member(.reasonMessage, "message"), Member(.reasonNextStep, "nextStep"),
    Member(.reasonCandidates, "candidates", .list), Member(.reasonAttribute, "attribute"),
    Member(.reasonValue, "value"), Member(.reasonCanonical, "canonical"),
  ]

  private var plain: [Member]
  private var user: [Member]
  private var reason: [Member]

  init(columns: [RowColumn]) {
    func asked(_ members: [Member]) -> [Member] { members.filter { columns.contains($0.column) } }
    plain = asked(Self.plain)
    user = asked(Self.user)
    reason = asked(Self.reason)
  }

  /// Takes the batch whose rows are written next.
  mutating func take(_ batch: RowBatch) {
    for index in plain.indices { plain[index].values = batch.values(of: plain[index].column) }
    for index in user.indices { user[index].values = batch.values(of: user[index].column) }
    for index in reason.indices { reason[index].values = batch.values(of: reason[index].column) }
  }

  func write(row: Int, to json: inout JSONBytes) {
    json.raw("{")
    var isFirst = true
    write(plain, row, isFirst: &isFirst, to: &json)
    if !user.isEmpty {
      json.raw(isFirst ? "\"user\":" : ",\"user\":")
      isFirst = false
      writeUser(row, to: &json)
    }
    if !reason.isEmpty {
      json.raw(isFirst ? "\"reason\":{" : ",\"reason\":{")
      var isFirst = true
      write(reason, row, isFirst: &isFirst, to: &json)
      json.raw("}")
    }
    json.raw("}")
  }

  private func writeUser(_ row: Int, to json: inout JSONBytes) {
    guard user.contains(where: { $0.values?.first(of: row) != nil }) else {
      return json.raw("null")
    }
    json.raw("{")
    var isFirst = true
    write(user, row, isFirst: &isFirst, to: &json)
    json.raw("}")
  }

  private func write(
    _ members: [Member], _ row: Int, isFirst: inout Bool, to json: inout JSONBytes
  ) {
    for member in members {
      if !isFirst { json.raw(",") }
      isFirst = false
      json.raw(member.key)
      switch member.kind {
      case .text: json.string(member.values?.first(of: row))
      case .boolean: json.boolean(member.values?.first(of: row))
      case .list: json.strings(member.values, row: row)
      }
    }
  }
}
