import PluginContract
import TenantCore
import Testing

@testable import TenantService

@Suite("Rows of long tables")
struct PageRowTests {
  private static let addresses = PageAddresses(tenant: "acme")

  private static func rows() throws -> [any PageRow] {
    let guid = try #require(ObjectGUID(bytes: Array(1...16)))
    func entry(_ login: String, _ attributes: [String: [String]], _ state: RowState, user: String?)
      -> SnapshotEntry
    {
      SnapshotEntry(
        domain: "ACME", login: login, guid: guid, distinguishedName: "CN=x", flags: [.disabled],
        attributes: attributes, state: state, reason: Reason(code: ReasonCode.noCandidate),
        userName: user)
    }
    let moment = Timestamp(secondsSince1970: 1_795_352_441)
    let fields = [FieldChange(.email, old: nil, new: "x")]
    return [
      SyncRow(
        .guid(guid),
        entry(
          "jdoe", [DirectoryAttribute.mail: ["m"], DirectoryAttribute.lastName: ["n"]], .linked,
          user: "u"), href: "h", addresses),
      SyncRow(.guid(guid), entry("", [:], .invalid, user: nil), href: "h", addresses),
      ChangeRow(
        ChangeRecord(
          kind: .updated, run: 3, at: moment, actor: "svc", userName: "jdoe",
          guid: guid, domain: "ACME", login: "jdoe", fields: fields, comment: "a reason"),
        addresses),
      ChangeRow(ChangeRecord(kind: .edited, at: moment, actor: "svc", userName: "jdoe"), addresses),
      UsersPageValues.Row(
        userHref: "h", userName: "u", fullName: "f", flags: ["inactive"], windowsLogin: "w",
        isLocked: true, email: "e", isLinked: true, linkText: "Linked", account: "a", rowHref: "r"),
      UsersPageValues.Row(
        userHref: "h", userName: "u", fullName: nil, flags: [], windowsLogin: nil, isLocked: false,
        email: nil, isLinked: false, linkText: "Not linked", account: nil, rowHref: nil),
    ]
  }

  @Test("a row knows all its properties by their names, and nothing else")
  func names() throws {
    for row in try Self.rows() {
      for (label, value) in Mirror(reflecting: row).children {
        let name = try #require(label)
        let found = row.child(named: name)
        if let expected = Self.content(value) {
          #expect(found.map { "\($0)" } == expected, "\(name) of \(type(of: row))")
        } else {
          #expect(found == nil, "\(name) of \(type(of: row))")
        }
      }
      #expect(row.value(named: "nothing") == nil)
    }
  }

  /// A property as text; nil if it is nil.
  private static func content(_ value: Any) -> String? {
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .optional else { return "\(value)" }
    return mirror.children.first.map { "\($0.value)" }
  }
}
