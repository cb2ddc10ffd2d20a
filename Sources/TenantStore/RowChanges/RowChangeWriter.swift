internal import TenantCore

/// What a run changed of the rows by itself.
struct RowChanges {
  /// A row that turned from one status to the other while its link stood.
  struct Turn {
    let row: SnapshotRecord
    let domain: String
    let userID: Int64
    let old: RowState
    let reasonCode: String
  }

  /// Rows that are new, or of which something changed that a review looks at.
  private(set) var keys = RowChangeKeys()
  private(set) var turns: [Turn] = []
  /// True if something else is otherwise: rows are there no more, or other users are unclaimed.
  var isOtherwise = false

  /// Notes a row.
  ///
  /// - Parameters:
  ///   - row: the row as it is now, in a batch.
  ///   - reason: its own reason, where only the store knew it.
  ///   - old: the row as it was; nil if there was none.
  mutating func note(
    _ row: Int, of batch: SnapshotBatch, reason: StoredReason?,
    old: (batch: SnapshotBatch, row: Int)?
  ) {
    guard let old else { return keys.append(row, of: batch) }
    let (state, oldState) = (batch.state(of: row), old.batch.state(of: old.row))
    let code = (reason ?? batch.rest.reason(of: row))?.texts.first
    let user = batch.userID(of: row)
    guard
      state != oldState || batch.flags(of: row) != old.batch.flags(of: old.row)
        || user != old.batch.userID(of: old.row)
        || code != old.batch.rest.reason(of: old.row)?.texts.first
    else { return }
    keys.append(row, of: batch)
    // That a run linked somebody is in the history anyhow.
    guard state.status != oldState.status, state != .found,
      let userID = state.status == .matched ? user : old.batch.userID(of: old.row)
    else { return }
    turns.append(
      Turn(
        row: batch.record(row), domain: batch.domain, userID: userID, old: oldState,
        reasonCode: code.map { String(decoding: $0, as: UTF8.self) } ?? ""))
  }

  /// Notes a row that was not there before.
  mutating func note(new row: Int, of batch: SnapshotBatch) { keys.append(row, of: batch) }
}

/// Writes which rows changed.
struct RowChangeWriter {
  private let database: StoreDatabase

  init(_ database: StoreDatabase) { self.database = database }

  /// Writes what a run changed by itself: which rows and, in the audit, which of them turned.
  ///
  /// - Parameters:
  ///   - last: the latest complete run before it, or nil.
  ///   - newLinks: the directory users that the run linked: that they are matched now is in the audit.
  func write(
    _ changes: RowChanges, of run: RunRecord, after last: RunRecord?,
    newLinks: () -> Set<ObjectGUID>
  ) throws {
    guard let last else {
      return try insert(run: run.id, isByHand: false, at: run.completedAt, keys: nil)
    }
    if !changes.keys.bytes.isEmpty || changes.isOtherwise
      || Self.states(last.vanishedLinks) != Self.states(run.vanishedLinks)
    {
      var keys = changes.keys
      for guid in Self.changed(last.vanishedLinks, run.vanishedLinks) { keys.append(guid) }
      try insert(run: run.id, isByHand: false, at: run.completedAt, keys: keys.bytes)
    }
    if !changes.turns.isEmpty { try writeTurns(changes.turns, run, newLinks()) }
  }

  private static func states(_ links: [VanishedLink]) -> [String] {
    links.map { "\($0.link.guid) \($0.link.userID) \($0.state.rawValue)" }
  }

  /// Directory users whose links vanished, or vanished otherwise than in the run before.
  private static func changed(_ old: [VanishedLink], _ new: [VanishedLink]) -> [ObjectGUID] {
    let old = Set(states(old))
    return zip(new, states(new)).filter { !old.contains($0.1) }.map(\.0.link.guid)
  }

  /// Writes which rows were changed by hand.
  func write(byHand guids: [ObjectGUID], at moment: Timestamp) throws {
    guard let run = try RunRow.lastComplete(database)?.id else { return }
    var keys = RowChangeKeys()
    for guid in guids { keys.append(guid) }
    try insert(run: run, isByHand: true, at: moment, keys: keys.bytes)
  }

  private func insert(run: Int64, isByHand: Bool, at moment: Timestamp, keys: [UInt8]?) throws {
    var row = RowImage()
    row.append(run)
    row.append(isByHand ? 1 : 0)
    row.append(moment)
    if let keys { row.append(blob: keys) } else { row.appendNull() }
    row.append(try database.nextNumber(in: "row_changes"))
    try database.statement(
      "INSERT INTO row_changes (run, is_by_hand, at, keys, id) VALUES (?, ?, ?, ?, ?)"
    ).run(row)
  }

  private func writeTurns(
    _ turns: [RowChanges.Turn], _ run: RunRecord, _ newLinks: Set<ObjectGUID>
  ) throws {
    var writer = try ChangeBatchWriter(
      ChangeBatchWriter.Origin(run: run.id, at: run.completedAt, actor: run.actor), database)
    let userNames = try UserNames.names(of: turns.map(\.userID), database)
    for turn in turns {
      guard let guid = turn.row.guid, !newLinks.contains(guid),
        let user = userNames[turn.userID]
      else { continue }
      let state = turn.row.state
      let why =
        state.status == .notMatched && !turn.reasonCode.isEmpty ? ": \(turn.reasonCode)" : ""
      try writer.append(
        state.status == .matched ? .matchedAgain : .noLongerMatched, userName: user.utf8,
        guid: guid,
        domain: turn.domain, login: turn.row.login, fields: [],
        comment: "was \(turn.old.rawValue), is \(state.rawValue)\(why)")
    }
    try writer.finish()
  }
}
