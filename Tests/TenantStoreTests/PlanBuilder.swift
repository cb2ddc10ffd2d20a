import PluginContract
import TenantCore

/// A directory user for a plan by hand.
struct Person {
  var login: String
  var guid: ObjectGUID?
  var mail: String?
  var state = RowState.unmatched
  var user = -1
  var reason: PlannedReason = .detailed(0)
  var proxies: [String] = []
  var flags = AccountFlags.disabled
}

extension Fixture {
  /// Rows for people, in the order given, which is to be R4's or not.
  static func plan(_ people: [Person], users: TenantUsers) -> Plan {
    var builder = RecordBatchBuilder(
      text: DirectoryAttribute.text + ["proxyAddresses"],
      opaque: [DirectoryAttribute.distinguishedName], directory: 0)
    for person in people {
      builder.append(Array(person.login.utf8), to: 0)
      if let mail = person.mail { builder.append(Array(mail.utf8), to: 1) }
      for proxy in person.proxies { builder.append(Array(proxy.utf8), to: 6) }
      builder.append(Array("CN=\(person.login),DC=acme".utf8), to: 7)
      builder.endRecord()
    }
    let batch = DirectoryUserBatch(
      directory: 0, records: builder.finish(), anchors: people.map(\.guid),
      flags: people.map(\.flags), changeNumbers: people.map { _ in 0 },
      changedAt: people.map { _ in 0 })
    let rows = people.enumerated().map { index, person in
      PlannedRow(
        batch: 0, record: Int32(index), state: person.state, user: Int32(person.user),
        reason: person.reason)
    }
    return Plan(
      directoryUsers: [batch], users: users, rules: [rule], rows: rows,
      reasons: [Reason(code: ReasonCode.noCandidate, candidates: ["x", "y"], detail: "d")],
      newLinks: rows.indices.filter { rows[$0].state == .found })
  }

  /// jsmith is linked and takes a mail; zed and a record without a GUID stay unmatched.
  func firstPlan(_ users: TenantUsers) throws -> Plan {
    let jsmith = (0..<users.count).first { users.userName(of: $0) == "jsmith" } ?? -1
    var plan = Self.plan(
      [
        Person(
          login: "JSmith", guid: try Self.guid(1), mail: "j@acme.example", state: .found,
          user: jsmith, reason: .rule(index: 0, value: 0), proxies: ["smtp:a", "SMTP:\"b\""]),
        Person(login: "nobody"), Person(login: "Zed", guid: try Self.guid(2), mail: "=z"),
      ], users: users)
    plan.userChanges = [
      UserChange(
        user: jsmith, row: 0,
        recording: [FieldChange(.email, old: "old@acme.example", new: "j@acme.example")],
        locksLogin: true)
    ]
    plan.unclaimed = (0..<users.count).filter { $0 != jsmith }
    return plan
  }

  /// The same people in a later run: the link stands.
  func laterPlan(_ users: TenantUsers) throws -> Plan {
    var plan = try firstPlan(users)
    plan.newLinks = []
    plan.userChanges = []
    plan.rows[0].state = .linked
    plan.rows[0].reason = .kept
    return plan
  }
}
