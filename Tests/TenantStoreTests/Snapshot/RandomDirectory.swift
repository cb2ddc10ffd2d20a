import Harness
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

/// Directory users of two domains that are renamed, moved, removed and joined by others from run to run.
struct RandomDirectory {
  struct User {
    var directory: Int
    var guid: ObjectGUID?
    var values: [[[UInt8]]]
    var flags: AccountFlags
    var state: RowState
    var user: Int
    var reason: Int
  }

  static let directories = ["ACME", "Beta"].map {
    Directory(domain: $0, dnsDomain: "\($0).example", source: .ldif(path: "/dev/null"))
  }
  private static let states: [RowState] = [
    .linked, .linked, .linkedStale, .ambiguous, .contested, .unmatched, .unmatched, .released,
    .excluded, .invalid, .failed,
  ]
  private static let reasons = [
    Reason(code: ReasonCode.noCandidate), Reason(code: ReasonCode.noKeyValue, attribute: "mail"),
    Reason(
      code: ReasonCode.severalUsers, matcher: "smtp", attribute: "mail", value: "A@b",
      canonical: "a@b",
      candidates: ["x", "y\"z"], detail: "d"),
  ]

  private var random: SeededGenerator
  private(set) var users: [User] = []
  private var nextGUID: UInt64 = 1

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func pick<Element>(_ values: [Element]) -> Element {
    values[Int(random.next() % UInt64(values.count))]
  }

  mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  /// Changes some users, a share of 0 to all of them.
  mutating func change(userCount: Int) {
    let share = pick([0, 0, 3, 10, 100])
    for index in users.indices.reversed() where number(below: 100) < share {
      switch number(below: 6) {
      case 0: users.remove(at: index)
      case 1: users[index].values = values()
      case 2: (users[index].state, users[index].user, users[index].reason) = decision(userCount)
      case 3: users[index].flags = AccountFlags(rawValue: UInt8(number(below: 64)))
      case 4: users[index].values[1] = mail()
      default: users[index].values[0] = login()
      }
    }
    for _ in 0..<(users.isEmpty ? number(below: 60) : number(below: 2 + share / 4)) {
      users.append(made(userCount))
    }
    guard number(below: 4) == 0 else { return }
    for index in users.indices.reversed() where number(below: 3) == 0 { users.remove(at: index) }
  }

  /// A plan of them, in R4's order or in none, records scattered over batches.
  mutating func plan(_ tenantUsers: TenantUsers) -> Plan {
    var batches: [DirectoryUserBatch] = []
    var rows: [PlannedRow] = []
    for directory in Self.directories.indices {
      let members = users.filter { $0.directory == directory }.shuffled(using: &random)
      for start in stride(from: 0, to: members.count, by: 7) {
        let part = members[start..<min(members.count, start + 7)]
        for (record, user) in part.enumerated() {
          let reason: PlannedReason =
            user.state.status == .matched ? .kept : .detailed(Int32(user.reason))
          rows.append(
            PlannedRow(
              batch: Int32(batches.count), record: Int32(record), state: user.state,
              user: Int32(user.state.status == .matched ? user.user : -1), reason: reason))
        }
        batches.append(Self.batch(Array(part), directory))
      }
    }
    return Plan(
      directoryUsers: batches, users: tenantUsers, rules: [Fixture.rule], rows: rows,
      reasons: Self.reasons)
  }

  private static func batch(_ users: [User], _ directory: Int) -> DirectoryUserBatch {
    var builder = RecordBatchBuilder(
      text: DirectoryAttribute.text + ["proxyAddresses"],
      opaque: [DirectoryAttribute.distinguishedName], directory: directory)
    for user in users {
      for (column, values) in user.values.enumerated() {
        for value in values { builder.append(value, to: column) }
      }
      builder.endRecord()
    }
    return DirectoryUserBatch(
      directory: directory, records: builder.finish(), anchors: users.map(\.guid),
      flags: users.map(\.flags), changeNumbers: users.map { _ in 0 },
      changedAt: users.map { _ in 0 })
  }

  private mutating func made(_ userCount: Int) -> User {
    let (state, user, reason) = decision(userCount)
    var guid: ObjectGUID?
    if number(below: 8) > 0 {
      // In no order.
      nextGUID += 1
      var number = SeededGenerator(seed: nextGUID)
      guid = ObjectGUID(bytes: (0..<16).map { _ in UInt8(truncatingIfNeeded: number.next()) })
    }
    return User(
      directory: number(below: 2), guid: guid, values: values(),
      flags: AccountFlags(rawValue: UInt8(number(below: 64))), state: state, user: user,
      reason: reason)
  }

  private mutating func decision(_ userCount: Int) -> (RowState, Int, Int) {
    (pick(Self.states), number(below: userCount), number(below: Self.reasons.count))
  }

  private mutating func login() -> [[UInt8]] {
    let names: [[UInt8]] = [
      Array("anna".utf8), Array("Anna".utf8), Array("zoë".utf8), Array("ZOË".utf8), [],
      [0xFF, 0x41],
      [0x61, 0, 0x62], [0x61], Array("straße".utf8), Array("a b".utf8),
    ]
    let digits = number(below: 3) == 0 ? "" : "\(number(below: 40))"
    return [pick(names) + Array(digits.utf8)]
  }

  private mutating func mail() -> [[UInt8]] {
    let text = pick(["", "a@acme.example", "A@Acme.example", "b", "ü@x"])
    return text.isEmpty
      ? [] : [Array(text.utf8)] + (number(below: 9) == 0 ? [Array("2@x".utf8)] : [])
  }

  private mutating func values() -> [[[UInt8]]] {
    let login = login()
    let principals: [[[UInt8]]] = [
      [], [login[0] + Array("@acme.example".utf8)], [Array("other@acme.example".utf8)],
      [Array("@x".utf8)], [Array("plain".utf8)],
    ]
    let parent = pick(["OU=A,DC=acme", "OU=B;C,DC=acme", "", "OU=\\,\\\"x,DC=acme"])
    let name = pick(["CN=Doe\\, John", "CN=\"a,b\"", "CN=\(number(below: 5))", "x"])
    let proxies = (0..<pick([0, 0, 0, 1, 3])).map { Array("smtp:\"\($0)\"".utf8) }
    func text(_ text: String) -> [[UInt8]] { text.isEmpty ? [] : [Array(text.utf8)] }
    return [
      login, mail(), pick(principals), text(pick(["", "Anna", "Zoë"])), text(pick(["", "Doe"])),
      text(pick(["", "007", "\(number(below: 300))"])), proxies,
      [Array((parent.isEmpty ? name : "\(name),\(parent)").utf8)],
    ]
  }
}
