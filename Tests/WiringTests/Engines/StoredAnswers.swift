import Administration
import Foundation
import PluginContract
import Synchronization
import TenantCore

/// All that the store's port answers at a moment, as texts that can be compared: two engines that hold the same give
/// the same.
struct StoredAnswers {
  private(set) var lines: [String: String] = [:]

  /// Asks for everything.
  ///
  /// - Parameters:
  ///   - logins: names that rows are looked up by.
  ///   - guids: directory users, of whom some have rows and links.
  init(_ store: any TenantStoring, logins: [String], guids: [ObjectGUID]) async throws {
    try await add("runs") { try await store.runs(before: nil, limit: 100) }
    try await add("runs before 3") { try await store.runs(before: 3, limit: 1) }
    try await add("run 2") { try await store.run(2) }
    try await add("last complete run") { try await store.lastCompleteRun() }
    try await add("revision") { try await store.revision() }
    try await add("link count") { try await store.linkCount() }
    try await add("releases") { try await store.releases() }
    try await add("ambiguities") { try await store.ambiguities() }
    try await add("links") {
      let table = try await store.linkTable()
      return (0..<table.count).map { table[$0] }
    }
    try await addUsers(store)
    try await addRows(store, logins: logins, guids: guids)
    try await addHistory(store, logins: logins)
    try await addReviews(store)
  }

  private mutating func add(_ name: String, _ answer: () async throws -> Any?) async throws {
    do {
      lines[name] = Self.text(try await answer() as Any)
    } catch {
      lines[name] = "error: \(error)"
    }
  }

  private mutating func addUsers(_ store: any TenantStoring) async throws {
    try await add("users") {
      let users = try await store.users()
      return (0..<users.count).map { user in
        [
          users.detail(of: user) as Any, Array(users.nameKey(of: user)),
          ComparedValues(of: user, in: users),
        ]
      }
    }
    try await add("users, paged") {
      var all: [UserDetail] = []
      while case let page = try await store.users(after: all.last?.userName, limit: 2),
        !page.isEmpty
      { all += page }
      return all
    }
    try await add("users by name") {
      try await store.users(named: ["U1", "ÄDA", "nobody", "u2", "", "a\0b", "ß"])
    }
    let ids = (try? await store.users(after: nil, limit: 100).map(\.id)) ?? []
    try await add("links of users") {
      try await store.links(ofUsers: ids + [-1, 0, .max]).sorted { $0.userID < $1.userID }
    }
  }

  private mutating func addRows(
    _ store: any TenantStoring, logins: [String], guids: [ObjectGUID]
  ) async throws {
    let keys = Mutex<[RowKey]>([])
    try await add("review rows") {
      let found = Mutex<[String]>([])
      try await store.forEachReviewRows { rows in
        for row in rows.states.indices {
          let key = Array(rows.keys.first(of: row) ?? [])
          RowKey(packed: key).map { key in keys.withLock { $0.append(key) } }
          let cells: [Any] = [
            key, rows.domains[row], rows.states[row], rows.flags[row],
            [rows.login, rows.mail, rows.name, rows.userName].map {
              $0.first(of: row).map(Array.init) as Any
            },
          ]
          let text = String(describing: cells)
          found.withLock { $0.append(text) }
        }
      }
      return found.withLock(\.self)
    }
    try await add("row states") {
      let found = Mutex<[String]>([])
      try await store.forEachRowState { rows in
        let texts = rows.map { "\($0.0) \($0.1)" }
        found.withLock { $0 += texts }
      }
      return found.withLock(\.self)
    }
    try await add("snapshot") {
      guard let snapshot = try await store.snapshot() else { return nil }
      let found = Mutex<[String]>([])
      try await snapshot.rows.forEachBatch(columns: RowColumn.snapshot) { batch in
        let texts = (0..<batch.count).map { String(describing: Self.cells(of: $0, batch)) }
        found.withLock { $0 += texts }
      }
      return [
        snapshot.run as Any, snapshot.vanishedLinks, snapshot.unclaimed,
        snapshot.lastFailure as Any, found.withLock(\.self),
      ]
    }
    try await add("head") { try await store.head() }
    let all = keys.withLock(\.self) + [.record([]), .record([0, 255])] + guids.map { .guid($0) }
    try await add("rows by key") {
      let batch = try await store.rows(all, columns: RowColumn.snapshot)
      return (0..<batch.count).map { Self.cells(of: $0, batch) }
    }
    try await add("entries by key") { try await store.entries(all) }
    try await add("entries by login") {
      try await store.entries(named: logins.compactMap { LoginName($0) })
    }
    try await add("reasons of links") { try await store.linkReasons(of: guids) }
    try await add("links of directory users") {
      try await store.links(of: guids).sorted { $0.guid < $1.guid }
    }
  }

  private static func cells(of row: Int, _ batch: RowBatch) -> [Any] {
    batch.columns.map { batch.values(of: $0)?.texts(of: row) ?? [] }
  }

  private mutating func addHistory(_ store: any TenantStoring, logins: [String]) async throws {
    try await add("changes") {
      try await store.changes(before: nil, ofLogin: nil, limit: .max)
    }
    var filters: [HistoryFilter] = logins.map {
      var filter = HistoryFilter()
      filter.login = LoginName($0)
      return filter
    }
    for actor in ["alice", "BOB", "äda"] {
      var filter = HistoryFilter()
      filter.actor = actor
      filters.append(filter)
    }
    for kind in ChangeRecord.Kind.allCases {
      var filter = HistoryFilter()
      filter.kinds = [kind]
      filters.append(filter)
    }
    for run in [1, 2, 3] as [Int64] {
      var filter = HistoryFilter()
      filter.run = run
      filters.append(filter)
    }
    for (number, filter) in filters.enumerated() {
      try await add("changes, filter \(number)") {
        try await store.changes(before: nil, after: nil, fitting: filter, limit: 3)
      }
      try await add("changes after 2, filter \(number)") {
        try await store.changes(before: 100, after: 2, fitting: filter, limit: 100)
      }
    }
    try await add("changes by number") {
      try await store.changes(numbers: [3, 1, 1_000_000, 2, -1])
    }
    try await add("subjects of changes") {
      let found = Mutex<[ChangeSubject]>([])
      try await store.forEachChangeSubject(after: 1) { subject in
        found.withLock { $0.append(subject) }
      }
      return found.withLock(\.self)
    }
  }

  private mutating func addReviews(_ store: any TenantStoring) async throws {
    try await add("review head") {
      let head = try await store.reviewHead()
      return [
        head.open as Any, head.signed?.number as Any, head.signed?.at as Any, head.standing as Any,
      ]
    }
    try await add("rounds") { try await store.reviewRounds() }
    let rounds = (try? await store.reviewRounds()) ?? []
    for round in rounds {
      try await add("decisions of \(round.number)") {
        try await store.decisions(ofReview: round.number)
      }
      try await add("decisions before \(round.number)") {
        try await store.decisions(beforeReview: round.number)
      }
      try await add("last decision of \(round.number)") {
        try await store.lastDecision(ofReview: round.number)
      }
      try await add("signed rows of \(round.number)") {
        let found = Mutex<[String]>([])
        try await store.forEachSignedRows(ofReview: round.number) { rows in
          let text = String(describing: Self.texts(of: rows))
          found.withLock { $0.append(text) }
        }
        return found.withLock(\.self)
      }
    }
    try await add("rows of a round") {
      let found = Mutex<[String]>([])
      try await store.forEachRoundRows { rows in
        let text = String(describing: Self.texts(of: rows))
        found.withLock { $0.append(text) }
      }
      return found.withLock(\.self)
    }
    try await add("last row change") { try await store.lastRowChange() }
    for number in [0, 1, 2, 5, 1_000] as [Int64] {
      try await add("rows changed since run \(number)") {
        try await store.rowsChanged(since: .run(number))
      }
      try await add("rows changed since change \(number)") {
        try await store.rowsChanged(since: .change(number))
      }
    }
  }

  private static func texts(of rows: RoundRows) -> [Any] {
    [rows.domain, rows.marks]
      + (0..<rows.count).map { row in
        [
          rows.keys[row], rows.facts(of: row), rows.login.texts(of: row), rows.mail.texts(of: row),
        ] as [Any]
      }
  }

  /// A value with all parts, those without an order sorted, and without the moments of this run of the tests.
  static func text(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { text($0.value) } ?? "nil"
    case .collection:
      return "[\(mirror.children.map { text($0.value) }.joined(separator: ", "))]"
    case .set, .dictionary:
      return "{\(mirror.children.map { text($0.value) }.sorted().joined(separator: ", "))}"
    case .none: return moments("\(value)")
    case .enum where mirror.children.isEmpty: return "\(value)"
    default:
      if value is Duration { return "a duration" }
      if let moment = value as? Timestamp { return moments("\(moment)") }
      let parts = mirror.children.map { "\($0.label ?? ""): \(text($0.value))" }
      return parts.isEmpty ? "\(value)" : "(\(parts.joined(separator: ", ")))"
    }
  }

  static func moments(_ text: String) -> String {
    text.replacing(/20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/, with: "a moment")
  }
}
