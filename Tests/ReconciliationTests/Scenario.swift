import Administration
import Authorization
import PluginContract
import TenantCore

@testable import Reconciliation

/// A small tenant, written down: who is in the directory, who is in the application, what is
/// linked.
struct Scenario {
  struct Person {
    var login: String
    var mail: String?
    var guid: Int?
    var domain = "ACME"
    var first: String?
    var last: String?
    var employeeID: String?
    var change: UInt64 = 1
    var fault: RecordFault?
    var exclusion: ExclusionRule?
  }

  struct User {
    var name: String
    var login: String?
    var email: String?
    var isActive = true
    var isLocked = false
    var first: String?
    var last: String?
    var employeeID: String?
    var recording: [ProfileField: String] = [:]
    var override: [ProfileField: String] = [:]
  }

  /// 2026-01-01T00:00:00Z.
  static let moment = Timestamp(secondsSince1970: 1_767_225_600)

  var people: [Person] = []
  var users: [User] = []
  /// GUID number and user name.
  var links: [(guid: Int, user: String)] = []
  /// For a GUID with a link, the parent in its distinguished name when it was last seen.
  var parents: [Int: String] = [:]
  var releases: [(guid: Int, user: String)] = []
  /// Users that an unlink from a GUID holds.
  var holds: [(guid: Int, user: String)] = []
  /// For a GUID, the users that fitted in the last run by the login.
  var ambiguities: [Int: [String]] = [:]
  var presence: [Int: Presence] = [:]
  var domains = ["ACME"]
  var matcher: any Matcher = TierMatcher()
  var blankValues: Synchronization.BlankValues = .keep
  var source = Directory.Source.ldif(path: "/none")
  /// How many parts the work is cut into.
  var partitions = 2

  static func guid(_ number: Int) -> ObjectGUID { guids[number] }

  private static let guids = (0..<5_000).compactMap { number in
    ObjectGUID(
      bytes: (0..<16).map { UInt8(truncatingIfNeeded: $0 < 12 ? 7 : number >> (8 * (15 - $0))) })
  }

  var tenant: Tenant {
    Tenant(
      name: "acme",
      directories: domains.map { Directory(domain: $0, source: source) },
      synchronization: Synchronization(blankValues: blankValues))
  }

  func plan(_ parts: PlanParts = .all) async throws -> Plan {
    try await Planner(matcher: matcher, parts: parts).plan(input())
  }

  func input() async throws -> PlannerInput {
    let batches = directoryBatches()
    let users = tenantUsers()
    let ids = Dictionary(uniqueKeysWithValues: self.users.map { ($0.name, Self.id($0.name)) })
    return try await PlannerInput(
      tenant: tenant, directoryUsers: batches,
      directoryKeys: try await matcher.checkedKeys(
        of: batches.map(\.records), side: .directory, purpose: .candidates),
      users: users,
      userKeys: try await matcher.checkedKeys(
        of: users.batches.map(\.records), side: .tenant, purpose: .candidates),
      rules: matcher.rules,
      links: LinkTable(
        links.map { link in
          let person = people.filter { $0.guid == link.guid }.max { $0.change < $1.change }
          return Link(
            guid: Self.guid(link.guid), userID: ids[link.user] ?? Self.id(link.user), run: 1,
            domain: person?.domain ?? "ACME", login: person?.login ?? "gone\(link.guid)",
            userName: link.user, parent: parents[link.guid].map { Array($0.utf8) })
        }),
      releases: releases.map { release($0, ids, hold: .ended) }
        + holds.map { release($0, ids, hold: .untilSeen) },
      presence: Dictionary(
        uniqueKeysWithValues: presence.map { (Self.guid($0.key), $0.value) }),
      ambiguities: Dictionary(
        uniqueKeysWithValues: ambiguities.map { (Self.guid($0.key), ambiguity($0)) }),
      partitions: Partitions(partitions))
  }

  private func release(
    _ pair: (guid: Int, user: String), _ ids: [String: Int64], hold: Release.Hold
  ) -> Release {
    Release(
      guid: Self.guid(pair.guid), userID: ids[pair.user] ?? 0, userName: pair.user, domain: "ACME",
      login: "other\(pair.guid)", actor: "alice", releasedAt: Scenario.moment,
      comment: "left", hold: hold)
  }

  private func ambiguity(_ entry: (key: Int, value: [String])) -> Reason {
    let login = people.first { $0.guid == entry.key }?.login ?? ""
    return Reason(
      code: ReasonCode.severalUsers, matcher: "login", attribute: "sAMAccountName", value: login,
      canonical: login, candidates: entry.value)
  }

  /// An id that does not depend on the order in which users are written down.
  static func id(_ name: String) -> Int64 {
    name.utf8.reduce(7) { ($0 &* 31 &+ Int64($1)) & 0xFFFF_FFFF }
  }

  private func directoryBatches() -> [DirectoryUserBatch] {
    domains.indices.flatMap { directory in
      stride(from: 0, to: people.count, by: 3).map { start in
        batch(
          people[start..<min(start + 3, people.count)].filter { $0.domain == domains[directory] },
          directory)
      }
    }
  }

  private func batch(_ people: [Person], _ directory: Int) -> DirectoryUserBatch {
    var builder = RecordBatchBuilder(
      text: DirectoryAttribute.text, opaque: [DirectoryAttribute.distinguishedName],
      directory: directory)
    for person in people {
      let values = [
        person.login, person.mail, nil, person.first, person.last, person.employeeID,
        "CN=\(person.login),OU=\(person.change),DC=acme",
      ]
      for (column, value) in values.enumerated() {
        if let value, !value.isEmpty { builder.append(Array(value.utf8), to: column) }
      }
      builder.endRecord()
    }
    return DirectoryUserBatch(
      directory: directory, records: builder.finish(),
      anchors: people.map { $0.guid.map(Self.guid) }, flags: people.map { _ in [] },
      changeNumbers: people.map(\.change), changedAt: people.map { _ in 0 },
      faults: sparse(people.map(\.fault)), exclusions: sparse(people.map(\.exclusion)))
  }

  private func sparse<Value>(_ values: [Value?]) -> [Int: Value] {
    Dictionary(
      uniqueKeysWithValues: values.enumerated().compactMap { index, value in
        value.map { (index, $0) }
      })
  }

  private func tenantUsers() -> TenantUsers {
    TenantUsers(
      batches: stride(from: 0, to: users.count, by: RecordBatch.maximumCount).map { start in
        userBatch(users[start..<min(start + RecordBatch.maximumCount, users.count)])
      })
  }

  private func userBatch(_ users: ArraySlice<User>) -> TenantUserBatch {
    var builder = RecordBatchBuilder(text: TenantField.allCases.map(\.rawValue), directory: nil)
    var profiles: [Profile: [PackedColumn]] = [:]
    for profile in Profile.allCases {
      profiles[profile] = ProfileField.allCases.map { _ in PackedColumn() }
    }
    for user in users {
      let acd: [ProfileField: String?] = [
        .firstName: user.first, .lastName: user.last, .employeeId: user.employeeID,
        .email: user.email,
      ]
      func effective(_ field: ProfileField) -> String? {
        user.override[field] ?? user.recording[field] ?? acd[field] ?? nil
      }
      for (index, field) in ProfileField.allCases.enumerated() {
        profiles[.acd]?[index].appendRecord(text: acd[field] ?? nil)
        profiles[.recording]?[index].appendRecord(text: user.recording[field])
        profiles[.override]?[index].appendRecord(text: user.override[field])
      }
      let values: [TenantField: String?] = [
        .userName: user.name, .windowsLogin: user.login, .firstName: effective(.firstName),
        .lastName: effective(.lastName), .employeeId: effective(.employeeId),
        .email: effective(.email),
      ]
      for (column, field) in TenantField.allCases.enumerated() {
        if let value = values[field] ?? nil { builder.append(Array(value.utf8), to: column) }
      }
      builder.endRecord()
    }
    return TenantUserBatch(
      records: builder.finish(), ids: users.map { Self.id($0.name) },
      isActive: users.map(\.isActive), isLoginLocked: users.map(\.isLocked), profiles: profiles)
  }
}

/// Two tiers that compare a login and a mail as they are; a mail that begins `fail` fails, one that
/// begins `skip` is skipped.
struct TierMatcher: Matcher {
  var mode = TierMode.first
  let rules = [
    KeyRule(
      code: "login-exact", matcher: "login", attributes: ["sAMAccountName"],
      fields: [.windowsLogin], tier: 0),
    KeyRule(
      code: "smtp-primary", matcher: "smtp", attributes: ["mail"], fields: [.email], tier: 1),
    KeyRule(
      code: "near-miss:local-part", matcher: "smtp", strength: .near(.localPart),
      attributes: ["mail"], fields: [.email], tier: 1),
  ]
  let attributes = ["sAMAccountName", "mail"]
  let fields: [TenantField] = [.windowsLogin, .email]

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    var keys = KeyBatch()
    let login = batch.column(side == .directory ? "sAMAccountName" : "windowsLogin")?.canonical
    let mail = batch.column(side == .directory ? "mail" : "email")?.canonical
    for record in 0..<batch.count {
      let text = mail?.text(of: record) ?? ""
      if purpose == .candidates {
        if let login = login?.text(of: record) {
          keys.add(Array((login.split(separator: "\\").last ?? "").utf8), rule: 0)
        }
        keys.add(Array(text.utf8), rule: 1)
        if text.hasPrefix("fail") { keys.fail("cannot judge \(text)") }
        if text.hasPrefix("skip") { keys.skip("no-skips") }
      } else if let local = text.split(separator: "@").first {
        keys.add(Array(local.utf8), rule: 2)
      }
      keys.endRecord()
    }
    return keys
  }
}

extension Plan {
  /// What was decided of a login: state, linked user, reason code.
  func outcome(of login: String, domain: String? = nil) -> Outcome? {
    rows.first { row in
      let batch = directoryUsers[Int(row.batch)]
      return batch.records.column("sAMAccountName")?.raw.text(of: Int(row.record)) == login
    }.map { row in
      Outcome(
        state: row.state, user: row.user < 0 ? nil : users.userName(of: Int(row.user)),
        reason: reason(of: row))
    }
  }
}

struct Outcome: Equatable {
  var state: RowState
  var user: String?
  var reason: Reason
}
