import Harness
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

/// The packed snapshot against an array of rows, over random sequences of runs and changes by hand.
@Suite("A packed snapshot is what an array of rows is", .timeLimit(.minutes(5)))
struct SnapshotPropertyTests {
  private static let columns: [RowColumn] = [
    .activeDirectoryLogin, .smtpAddress, .status, .domain, .objectGUID, .distinguishedName,
    .enabled,
  ]

  @Test(
    "rows, look-ups and columns are the same, whatever was laid over or folded in (R4, U5)",
    arguments: TestEngine.seeds(48))
  func sequences(seed: Int) async throws {
    let fixture = Fixture()
    let store = try await fixture.imported()
    let users = try await store.users()
    try await store.write { database in
      var directory = RandomDirectory(seed: UInt64(seed))
      var reference = SnapshotReference()
      // Small batches, so that many begin, end and are cut; and as many threads as there may be.
      let usualCount = directory.pick([1, 2, 3, 5, 40])
      let partitions = directory.number(below: 4)
      var links: [ObjectGUID: Reason] = [:]
      for _ in 0..<12 {
        if directory.number(below: 3) > 0 {
          directory.change(userCount: users.count)
          try link(&directory, &links, users, database)
          let plan = directory.plan(users)
          reference.run(plan, RandomDirectory.directories, links: links)
          try merge(plan, usualCount, partitions, database)
          // P6: the same again writes nothing, in any other order of the records.
          let before = try WrittenRows(database)
          let again = directory.plan(users)
          if !Self.hasTwins(again) { try merge(again, usualCount, partitions, database) }
          #expect(try before.count(database) == 0)
        } else {
          try edit(&directory, &reference, users, database)
        }
        try compare(reference, database)
      }
    }
  }

  /// True if rows without a GUID are alike in what orders them: which is first is then the plan's choice.
  private static func hasTwins(_ plan: Plan) -> Bool {
    var seen: Set<[[UInt8]]> = []
    return plan.rows.contains { row in
      let batch = plan.directoryUsers[Int(row.batch)]
      guard batch.anchors[Int(row.record)] == nil else { return false }
      let record = Int(row.record)
      let login = batch.records.column(DirectoryAttribute.login)?.canonical.first(of: record)
      let name = batch.records.column(DirectoryAttribute.distinguishedName)?.raw.first(of: record)
      return !seen.insert([[UInt8(batch.directory)], Array(login ?? []), Array(name ?? [])])
        .inserted
    }
  }

  private func merge(
    _ plan: Plan, _ usualCount: Int, _ partitions: Int, _ database: StoreDatabase
  ) throws {
    let source = try PlanSource(plan, directories: RandomDirectory.directories)
    var merge = try SnapshotMerge(
      source, userIDs: try PlanUserIDs(plan, database), isFirst: false, usualCount: usualCount,
      database)
    let (pieces, pack) = (merge.pieces, merge.pack)
    let packed = try WorkAhead(threads: partitions - 1, count: pieces.count, limit: 2) {
      (pieces[$0], pack(pieces[$0]))
    }
    defer { packed.close() }
    while let (piece, batch) = try packed.next() { try merge.take(piece, batch) }
    _ = try merge.finish()
  }

  /// Makes the link of some rows, for what the snapshot stores of a link's reason.
  private func link(
    _ directory: inout RandomDirectory, _ links: inout [ObjectGUID: Reason], _ users: TenantUsers,
    _ database: StoreDatabase
  ) throws {
    let unlinked = directory.users.filter { user in user.guid.map { links[$0] == nil } ?? false }
    guard links.count < users.count, let user = unlinked.first, let guid = user.guid else { return }
    let mail = user.values[1].first.map { String(decoding: $0, as: UTF8.self) }
    let reason = Reason(code: "smtp-primary", matcher: "smtp", attribute: "mail", value: mail)
    var writer = try LinkWriter(database)
    try writer.add(
      LinkWriter.NewLink(
        guid: guid, userID: users.id(of: links.count), run: 0, domain: "ACME", login: [0x61],
        distinguishedName: []),
      because: LinkWriter.CompactReason(reason, userName: users.userName(of: links.count)))
    links[guid] = reason
  }

  private func edit(
    _ directory: inout RandomDirectory, _ reference: inout SnapshotReference, _ users: TenantUsers,
    _ database: StoreDatabase
  ) throws {
    var editor = SnapshotEditor(database)
    let rows = reference.rows.filter { $0.record.guid != nil }
    guard !rows.isEmpty else { return }
    for _ in 0..<directory.pick([1, 2, 20]) {
      let row = directory.pick(rows)
      guard let guid = row.record.guid else { continue }
      let state = directory.pick([RowState.linked, .released, .unmatched])
      let reason =
        state == .linked ? nil : Reason(code: ReasonCode.releasedBy, candidates: ["x"], detail: "a")
      let id = state == .linked ? users.id(of: directory.number(below: users.count)) : nil
      let entry = SnapshotEntry(
        domain: row.domain, login: String(decoding: row.record.login, as: UTF8.self), guid: guid,
        distinguishedName: "", flags: [], attributes: [:], state: state,
        reason: Reason(code: ""), userName: nil)
      editor.set(entry, state: state, userID: id, reason: reason)
      reference.set(guid, state, userID: id, reason)
    }
    try editor.finish()
  }

  private func compare(_ reference: SnapshotReference, _ database: StoreDatabase) throws {
    var rows: [SnapshotReference.Row] = []
    try SnapshotReader(database, .all).forEachSegment { batch, range in
      for row in range {
        rows.append(
          SnapshotReference.Row(domain: batch.domain, key: [], record: batch.record(row)))
      }
    }
    let expected = reference.rows.map { row in
      var row = row
      row.key = []
      return row
    }
    #expect(rows == expected)
    let filler = try RowFiller(Self.columns, run: 0, database)
    var shown: [[String?]] = []
    try filler.forEachBatch(of: try SnapshotReader(database, filler.parts)) { batch in
      shown += (0..<batch.count).map { row in Self.columns.map { batch.text($0, row: row) } }
    }
    #expect(shown == reference.rows.map { Self.shown($0) })
    try compareLookUps(reference, database)
  }

  private func compareLookUps(_ reference: SnapshotReference, _ database: StoreDatabase) throws {
    let lookUp = try SnapshotLookUp(database)
    let keys = reference.rows.map { row in
      row.record.guid.map { RowKey.guid($0) } ?? .record(Array(row.key[2].dropFirst()))
    }
    let places = try lookUp.places(of: keys)
    for (index, (key, row)) in zip(keys, reference.rows).enumerated() {
      let place = places[key]
      if row.record.guid != nil {
        #expect(place.map { $0.batch.record($0.row) } == row.record)
      } else {
        #expect(place != nil)
      }
      guard index.isMultiple(of: 4) else { continue }
      let login = String(decoding: row.key[1], as: UTF8.self)
      let found = try lookUp.places(login: login, domains: [row.domain])
      let same = reference.rows.filter { $0.key.prefix(2) == row.key.prefix(2) }
      #expect(found.map { $0.batch.record($0.row) } == same.map(\.record))
    }
    #expect(try lookUp.places(of: [.record([1, 2, 3])]).isEmpty)
  }

  private static func shown(_ row: SnapshotReference.Row) -> [String?] {
    func text(_ bytes: ArraySlice<UInt8>) -> String? {
      bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
    return [
      text(row.record.login), text(row.record.mail), row.record.state.status.rawValue, row.domain,
      row.record.guid?.description, text(row.record.distinguishedName),
      row.record.flags.text(of: .enabled),
    ]
  }
}
