internal import Authorization
internal import PluginContract
internal import TenantCore

/// A round as a row of its table.
enum ReviewRow {
  private static let columns = """
    number, state, opened_at, opened_by, opened_run, opened_change, closed_at, closed_by,
    closed_run, closed_change, statement, digest, previous_digest, last_decision, details,
    key_signature
    """

  /// Rounds that a clause after FROM selects, in its order.
  static func rounds(_ database: StoreDatabase, _ clause: String) throws -> [ReviewRound] {
    let statement = try database.statement("SELECT \(columns) FROM reviews \(clause)")
    var rounds: [ReviewRound] = []
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      rounds.append(try round(row))
    }
    return rounds
  }

  private static func round(_ row: RowImage) throws -> ReviewRound {
    let state = ReviewRound.State(rawValue: row.text(1) ?? "") ?? .abandoned
    return ReviewRound(
      number: row.integer(0), state: state, opened: try mark(row, from: 2),
      closed: state == .open ? nil : try mark(row, from: 6),
      signature: state == .signed ? try signature(row) : nil)
  }

  private static func mark(_ row: RowImage, from first: Int) throws -> ReviewRound.Mark {
    ReviewRound.Mark(
      at: try row.moment(first), actor: row.text(first + 1) ?? "", run: row.integer(first + 2),
      change: row.integer(first + 3))
  }

  private static func signature(_ row: RowImage) throws -> ReviewSignature {
    ReviewSignature(
      statement: row.text(10) ?? "", digest: row.text(11) ?? "", previousDigest: row.text(12),
      lastDecision: row.integer(13),
      keySignature: try row.text(15).map { try JSONText.decode(KeySignature.self, $0) },
      details: try JSONText.decode(SignedDetails.self, row.text(14) ?? "{}"))
  }
}

/// A decision as a row of its table.
enum DecisionRow {
  /// The last decision on each subject that a condition on `d` (review_decisions) selects.
  static func latest(
    _ database: StoreDatabase, where condition: String
  ) throws -> [ReviewSubject: ReviewDecision] {
    let statement = try database.statement(
      """
      SELECT d.review, d.subject, d.kind, d.note, d.until_day, d.assignee, d.actor, d.at, d.state,
        d.user_name, d.reason_code, d.flags
      FROM review_decisions AS d WHERE \(condition) ORDER BY d.id
      """)
    var found: [ReviewSubject: ReviewDecision] = [:]
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      guard let subject = row.slice(1).flatMap({ ReviewSubject(packed: $0) }),
        let kind = ReviewDecision.Kind(rawValue: row.text(2) ?? "")
      else { return }
      found[subject] = ReviewDecision(
        ReviewDecision.Wish(
          kind, note: row.text(3), until: row.text(4).flatMap { Day($0) }, assignee: row.text(5)),
        actor: row.text(6) ?? "", at: try row.moment(7), review: row.integer(0),
        facts: ReviewFacts(
          state: row.text(8) ?? "", userName: row.text(9), reasonCode: row.text(10) ?? "",
          flags: AccountFlags(rawValue: UInt8(truncatingIfNeeded: row.integer(11)))))
    }
    return found
  }

  /// Adds decisions in their order.
  static func insert(
    _ decisions: [(ReviewSubject, ReviewDecision)], _ database: StoreDatabase
  ) throws {
    let insert = try database.rowWriter(
      .insert(
        into: "review_decisions",
        [
          ("id", .integer), ("review", .integer), ("subject", .blob), ("kind", .text),
          ("note", .text), ("until_day", .text), ("assignee", .text), ("actor", .text),
          ("at", .text), ("state", .text), ("user_name", .text), ("reason_code", .text),
          ("flags", .integer),
        ]))
    var number = try database.nextNumber(in: "review_decisions")
    var row = RowImage()
    for (subject, decision) in decisions {
      row.clear()
      row.append(number)
      number += 1
      row.append(decision.review)
      row.append(blob: subject.packed)
      row.append(decision.wish.kind.rawValue)
      row.append(decision.wish.note)
      row.append(decision.wish.until?.description)
      row.append(decision.wish.assignee)
      row.append(nonNull: Array(decision.actor.utf8)[...])
      row.append(decision.at)
      row.append(decision.facts.state)
      row.append(decision.facts.userName)
      row.append(decision.facts.reasonCode)
      row.append(Int64(decision.facts.flags.rawValue))
      try insert.run(row)
    }
  }
}
