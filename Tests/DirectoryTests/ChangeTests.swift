import Administration
import Authorization
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite("Changes between two reads are seen", .timeLimit(.minutes(10)))
  struct ChangeTests {
    private func staffAndMoved() async throws -> Gathered {
      var settings = try Servers.settings()
      settings.organizationalUnits = ["OU=Agents,OU=US"]
      return try await Gathered.reading(Servers.reader(settings))
    }

    private func name(_ login: String, in all: Gathered) throws -> String {
      try #require(all.names[login])
    }

    @Test("S2, S5: renamed, disabled, moved and deleted users keep their anchors")
    func changes() async throws {
      let before = try await staffAndMoved()
      let logins = before.logins.filter { $0.hasPrefix("user") }.sorted()
      try #require(logins.count > 5)
      let (renamed, disabled, moved, deleted) = (logins[0], logins[1], logins[2], logins[3])
      try Servers.change(
        """
        dn: \(try name(renamed, in: before))
        changetype: modify
        replace: sAMAccountName
        sAMAccountName: \(renamed)-new

        dn: \(try name(disabled, in: before))
        changetype: modify
        replace: userAccountControl
        userAccountControl: 514

        dn: \(try name(moved, in: before))
        changetype: modrdn
        newrdn: CN=moved
        deleteoldrdn: 1
        newsuperior: OU=Groups,DC=acme,DC=example

        dn: \(try name(deleted, in: before))
        changetype: delete

        """)
      let after = try await staffAndMoved()
      #expect(after.logins.count == before.logins.count - 2)
      #expect(after.anchors[renamed + "-new"] == before.anchors[renamed])
      #expect(after.flags[disabled] == .disabled)
      let movedAnchor = try #require(before.anchors[moved])
      let deletedAnchor = try #require(before.anchors[deleted])
      let presence = try await Servers.reader(Servers.settings())
        .presence(of: [movedAnchor, deletedAnchor])
      #expect(presence == [movedAnchor: .outOfScope, deletedAnchor: .deleted])
      try restore(before, after, renamed: renamed, disabled: disabled, moved: moved)
    }

    /// Other tests count users; the deleted one is made again.
    private func restore(
      _ before: Gathered, _ after: Gathered, renamed: String, disabled: String, moved: String
    ) throws {
      try Servers.change(
        """
        dn: \(try name(renamed, in: before))
        changetype: modify
        replace: sAMAccountName
        sAMAccountName: \(renamed)

        dn: \(try name(disabled, in: before))
        changetype: modify
        replace: userAccountControl
        userAccountControl: 512

        dn: CN=moved,OU=Groups,DC=acme,DC=example
        changetype: modrdn
        newrdn: CN=moved
        deleteoldrdn: 1
        newsuperior: OU=Agents,OU=US,DC=acme,DC=example

        dn: CN=made-anew,OU=Agents,OU=US,DC=acme,DC=example
        changetype: add
        objectClass: user
        sAMAccountName: made-anew

        """)
    }

    @Test("S5: more anchors than one question takes are all answered")
    func manyAnchors() async throws {
      var settings = try Servers.settings("SLAPD")
      settings.filter = "(sAMAccountName=big00012*)"
      let all = try await Gathered.reading(Servers.reader(settings, domain: "BIG"))
      #expect(all.anchors.count == 10)
      let unknown = (1...240).compactMap {
        ObjectGUID(bytes: [UInt8](repeating: 7, count: 15) + [$0])
      }
      let presence = try await Servers.reader(Servers.settings("SLAPD"), domain: "BIG")
        .presence(of: unknown + all.anchors.values)
      #expect(presence.values.count { $0 == .deleted } == 240)
      #expect(presence.values.count { $0 == .outOfScope } == 10)
    }
  }
}
