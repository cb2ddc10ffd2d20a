internal import GRDB
internal import TenantCore

/// Rows of the snapshot that change by hand, and the counts with them (U5): what is set is written by
/// ``finish()``, rows that become the same by one statement.
struct SnapshotEditor {
  private struct Edit {
    var guid: ObjectGUID
    var wasFound: Bool
  }

  /// What rows become that are written by one statement.
  private struct Kind: Hashable {
    var state: RowState
    var isLinked: Bool
    var code, matcher, attribute, value, canonical, detail: String?
    /// Nil if the one candidate is the user to whom the row is linked so far.
    var candidates: [String]?
    var hasReason: Bool
  }

  private let database: Database
  private var edits: [Kind: [Edit]] = [:]

  init(_ database: Database) { self.database = database }

  /// Sets a row's state, its linked user and its reason; nil is the link's. A row that is not stored
  /// stays so.
  ///
  /// - Parameters:
  ///   - userID: the user of the row's link, which is stored before ``finish()``.
  ///   - wasFound: true if the link that ends was made by the snapshot's run.
  mutating func set(
    _ entry: SnapshotEntry, state: RowState, userID: Int64?, reason: Reason?,
    wasFound: Bool = false, endingLinkOf userName: String? = nil
  ) {
    guard let guid = entry.guid else { return }
    let kind = Kind(
      state: state, isLinked: userID != nil, code: reason?.code, matcher: reason?.matcher,
      attribute: reason?.attribute, value: reason?.value, canonical: reason?.canonical,
      detail: reason?.detail,
      candidates: reason.flatMap { $0.candidates == [userName] ? nil : $0.candidates },
      hasReason: reason != nil)
    edits[kind, default: []].append(Edit(guid: guid, wasFound: wasFound))
  }

  /// Writes what was set.
  mutating func finish() throws {
    guard !edits.isEmpty else { return }
    let states = try states(of: edits.values.joined().map(\.guid))
    var counts: [RowState: Int] = [:]
    for (kind, edits) in edits {
      for edit in edits {
        for old in states[edit.guid] ?? [] {
          counts[edit.wasFound && old == .linked ? .found : old, default: 0] -= 1
          counts[kind.state, default: 0] += 1
        }
      }
      try write(kind, edits.map(\.guid))
    }
    edits = [:]
    for (state, rows) in counts where rows != 0 { try count(state, rows) }
  }

  private func write(_ kind: Kind, _ guids: [ObjectGUID]) throws {
    let user =
      kind.isLinked
      ? "(SELECT l.user_id FROM link_rows AS l WHERE l.guid = snapshot.row_id)" : "NULL"
    let holder = "(SELECT json_array(u.user_name) FROM users AS u WHERE u.id = snapshot.user_id)"
    let candidates =
      kind.hasReason && kind.candidates == nil ? "coalesce(?, \(holder))" : "?"
    var row = RowImage()
    row.append(kind.state.rawValue)
    for text in [kind.code, kind.matcher, kind.attribute, kind.value, kind.canonical] {
      row.append(text)
    }
    if let names = kind.candidates, !names.isEmpty {
      row.append(building: { JSONText.append(names, to: &$0) })
    } else {
      row.appendNull()
    }
    row.append(kind.detail)
    ValueList.append(guids, to: &row)
    try RawStatement(
      database,
      """
      UPDATE snapshot SET state = ?, user_id = \(user), reason_code = ?, reason_matcher = ?,
        reason_attribute = ?, reason_value = ?, reason_canonical = ?,
        reason_candidates = \(candidates), reason_detail = ?
      WHERE row_id IN \(ValueList.guids(parameter: 9))
      """
    ).run(row)
  }

  private func states(of guids: [ObjectGUID]) throws -> [ObjectGUID: [RowState]] {
    var row = RowImage()
    ValueList.append(guids, to: &row)
    let statement = try RawStatement(
      database,
      "SELECT row_id, state FROM snapshot WHERE row_id IN \(ValueList.guids(parameter: 1))")
    try statement.bind(row)
    var states: [ObjectGUID: [RowState]] = [:]
    try statement.forEachRow {
      statement.read(into: &row)
      guard let guid = row.guid(0), let state = RowState(rawValue: row.text(1) ?? "") else {
        return
      }
      states[guid, default: []].append(state)
    }
    return states
  }

  private func count(_ state: RowState, _ rows: Int) throws {
    try database.execute(
      sql: """
        INSERT INTO adjustments (state, row_count) VALUES (?, ?)
        ON CONFLICT (state) DO UPDATE SET row_count = row_count + excluded.row_count
        """,
      arguments: [state.rawValue, rows])
  }
}
