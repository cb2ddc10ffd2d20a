import PluginContract
import TenantCore

@testable import Reconciliation

/// Both sides of a plan's input as plain values, read slowly and plainly, for ``ReferenceJoin``.
struct ReferenceRecords {
  struct Key: Hashable {
    var tier: Int
    var kind: NearMissKind?
    var text: String
  }

  struct Row {
    var place: DirectoryRows.Place
    var login: String
    var order: [String]
    var guid: ObjectGUID?
    var keys: Set<Key>
    var near: [Key]
    var batch: DirectoryUserBatch
    var verdict: Verdict?
  }

  struct User {
    var name: String
    var id: Int64
    var isActive: Bool
    var keys: Set<Key>
    var near: Set<Key>
  }

  /// In the order of a plan's rows, each once.
  let rows: [Row]
  let users: [User]

  init(_ input: PlannerInput, _ matcher: any Matcher) throws {
    users = try Self.users(input.users, matcher)
    rows = try Self.rows(input, matcher)
  }

  private static func keys(_ batch: KeyBatch, _ record: Int, _ rules: [KeyRule]) -> [Key] {
    batch.keys.values(of: record).map { value in
      let rule = rules[Int(batch.rules[value])]
      let kind: NearMissKind? = if case .near(let kind) = rule.strength { kind } else { nil }
      return Key(
        tier: rule.tier, kind: kind,
        text: String(decoding: batch.keys.value(value), as: UTF8.self))
    }
  }

  private static func users(_ users: TenantUsers, _ matcher: any Matcher) throws -> [User] {
    var all: [User] = []
    for batch in users.batches {
      let exact = try matcher.keys(for: batch.records, side: .tenant, purpose: .candidates)
      let near = try matcher.keys(for: batch.records, side: .tenant, purpose: .explanation)
      for record in 0..<batch.records.count {
        let isJudged = exact.verdicts[record] != nil
        all.append(
          User(
            name: users.userName(of: all.count), id: users.id(of: all.count),
            isActive: batch.isActive[record],
            keys: isJudged ? [] : Set(keys(exact, record, matcher.rules)),
            near: Set(keys(near, record, matcher.rules))))
      }
    }
    return all
  }

  private static func rows(_ input: PlannerInput, _ matcher: any Matcher) throws -> [Row] {
    var rows: [Row] = []
    for (number, batch) in input.directoryUsers.enumerated() {
      let exact = try matcher.keys(for: batch.records, side: .directory, purpose: .candidates)
      let near = try matcher.keys(for: batch.records, side: .directory, purpose: .explanation)
      let domain = input.tenant.directories[batch.directory].domain
      for record in 0..<batch.count {
        let login = batch.records.column("sAMAccountName")?.raw.text(of: record) ?? ""
        let name = batch.records.column("distinguishedName")?.raw.text(of: record) ?? ""
        let guid = batch.anchors[record]
        rows.append(
          Row(
            place: DirectoryRows.Place(batch: Int32(number), record: Int32(record)),
            login: login,
            order: [
              CanonicalText.of(domain), CanonicalText.of(login),
              guid.map {
                $0.bytes.map { String(UnicodeScalar(0x100 + UInt32($0)) ?? " ") }.joined()
              }
                ?? "", name,
            ],
            guid: guid, keys: Set(keys(exact, record, matcher.rules)),
            near: keys(near, record, matcher.rules), batch: batch,
            verdict: exact.verdicts[record]))
      }
    }
    return once(rows).sorted {
      $0.order.lexicographicallyPrecedes($1.order) {
        Array($0.utf8).lexicographicallyPrecedes($1.utf8)
      }
    }
  }

  /// Each GUID once: the highest change number, else the smallest name (M15); of those without a GUID
  /// each name once.
  private static func once(_ rows: [Row]) -> [Row] {
    func change(_ row: Row) -> UInt64 { row.batch.changeNumbers[Int(row.place.record)] }
    var kept: [Row] = []
    for row in rows {
      let same = kept.firstIndex {
        row.guid == nil ? $0.guid == nil && $0.order[3] == row.order[3] : $0.guid == row.guid
      }
      guard let same else {
        kept.append(row)
        continue
      }
      guard row.guid != nil else { continue }
      let old = kept[same]
      if change(row) > change(old)
        || change(row) == change(old)
          && Array(row.order[3].utf8).lexicographicallyPrecedes(old.order[3].utf8)
      {
        kept[same] = row
      }
    }
    return kept
  }
}
