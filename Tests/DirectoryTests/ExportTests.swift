import Administration
import Foundation
import Harness
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  /// Directories exported by the tools that people have, as docs/active-directory.md says, read
  /// again.
  @Suite("An export by a real tool is read as the live directory is", .timeLimit(.minutes(10)))
  struct ExportTests {
    /// The attributes that docs/active-directory.md says to export.
    private static let attributes = [
      "objectClass", "objectCategory", "objectGUID", "objectSid", "sAMAccountName",
      "sAMAccountType", "userPrincipalName", "mail", "givenName", "sn", "employeeID",
      "proxyAddresses", "userAccountControl", "accountExpires", "lockoutTime", "isDeleted",
      "isCriticalSystemObject", "whenChanged", "uSNChanged",
    ]
    private static let people = "(&(objectCategory=person)(objectClass=user))"
    private static let unit = "OU=Agents,OU=US"

    private func base() throws -> String { "\(Self.unit),\(try Servers.value("ACME_BASE"))" }

    private func live() async throws -> Gathered {
      var settings = try Servers.settings()
      settings.organizationalUnits = [Self.unit]
      return try await Gathered.reading(Servers.reader(settings), attributes: ["proxyAddresses"])
    }

    /// Holds an export against the live directory; half of it must be refused.
    private func expectLive(_ export: Data) async throws {
      let (live, file) = (try await live(), try await read(export))
      #expect(live.logins.count > 1000)
      #expect(Set(file.logins) == Set(live.logins))
      #expect(file.anchors == live.anchors)
      #expect(file.names == live.names)
      for (login, flags) in live.flags { expect(file.flags[login], flags, login) }
      #expect(file.values == live.values)
      #expect(file.report?.findings == [])
      let half = export.prefix(export.count / 2)
      await #expect(throws: DirectoryError.self) { _ = try await read(half) }
    }

    /// The same flags, but for the lock of who never had a `lockoutTime`: one record does not tell it,
    /// the run does, from all of them (M12).
    private func expect(_ file: AccountFlags?, _ live: AccountFlags, _ login: String) {
      let isUntold = file?.isLocked == nil && live.isLocked == false
      let expected = AccountFlags(
        isEnabled: live.isEnabled, isLocked: isUntold ? nil : live.isLocked,
        isExpired: live.isExpired)
      #expect(file == expected, "\(login)")
    }

    private func read(_ export: Data) async throws -> Gathered {
      let path = NSTemporaryDirectory() + "export-\(UUID().uuidString).ldif"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try export.write(to: URL(filePath: path))
      return try await Gathered.reading(
        FileDirectoryReader(
          directory: Directory(domain: "ACME", source: .ldif(path: path)), index: 0,
          format: .ldif(path)), attributes: ["proxyAddresses"])
    }

    private func search(_ options: [String], _ filter: String = Self.people) throws -> Data {
      try Servers.output(
        of: "/usr/bin/ldapsearch",
        options + [
          "-x", "-H", "ldaps://\(try Servers.value("ACME_HOST"))", "-D",
          try Servers.value("ACME_USER"), "-w", try Servers.value("PASSWORD"), "-b", try base(),
          filter,
        ] + Self.attributes)
    }

    @Test(
      "T2: ldapsearch, in pages and in each of its forms",
      arguments: [[], ["-LLL"], ["-L"], ["-o", "ldif_wrap=no"]])
    func ldapsearch(form: [String]) async throws {
      try await expectLive(search(form + ["-E", "pr=300/noprompt"]))
    }

    @Test("T2: ldbsearch, whose anchors are text")
    func ldbsearch() async throws {
      let folder = try Servers.value("FOLDER")
      let export = try Servers.output(
        of: "/usr/bin/ldbsearch",
        ["-H", "\(folder)/acme/private/sam.ldb", "-b", base(), Self.people] + Self.attributes)
      try await expectLive(export)
    }

    @Test("T2: samba-tool user show, one user after the other")
    func sambaTool() async throws {
      let folder = try Servers.value("FOLDER")
      var export = Data()
      for login in ["user00001", "disabled1", "reviewer1"] {
        export += try Servers.output(
          of: "/usr/bin/samba-tool",
          ["user", "show", login, "-s", "\(folder)/acme/smb.conf", "-H"]
            + ["\(folder)/acme/private/sam.ldb"])
      }
      let live = try await Gathered.reading(Servers.reader(Servers.settings()))
      let file = try await read(export)
      #expect(file.logins == ["user00001", "disabled1", "reviewer1"])
      for login in file.logins {
        #expect(file.anchors[login] == live.anchors[login])
        #expect(file.names[login] == live.names[login])
        expect(file.flags[login], try #require(live.flags[login]), login)
      }
    }

    @Test("T2: what ldapsearch -t puts into files beside it is refused if it is read")
    func values() async throws {
      // A file for each value: so few people.
      let (folder, some) = (try TemporaryFolder(), "(&\(Self.people)(sAMAccountName=*78))")
      let export = try search(["-tt", "-T", folder.path("")], some)
      let error = await #expect(throws: DirectoryError.self) { _ = try await read(export) }
      #expect(error?.message.contains("without -t") == true)
      #expect(try (5...2000).contains(folder.entries().count))
    }

    @Test("T2: a search that the server ended early says so in the export")
    func sizeLimit() async throws {
      // Samba takes no notice of a client's size limit; OpenLDAP does.
      let export = try Servers.output(
        of: "/usr/bin/ldapsearch",
        [
          "-z", "5", "-x", "-H",
          "ldaps://\(try Servers.value("SLAPD_HOST")):\(try Servers.value("SLAPD_TLS_PORT"))", "-D",
          try Servers.value("SLAPD_USER"), "-w", try Servers.value("PASSWORD"), "-b",
          try Servers.value("SLAPD_BASE"), Self.people,
        ] + Self.attributes)
      let error = await #expect(throws: DirectoryError.self) { _ = try await read(export) }
      #expect(error?.message.contains("4 Size limit exceeded") == true)
    }

    @Test("docs/active-directory.md lists the attributes that these exports have")
    func documentedAttributes() throws {
      let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/active-directory.md")
      let text = try String(contentsOf: file, encoding: .utf8)
      let list = try #require(text.components(separatedBy: "attributes=\"").dropFirst().first)
      let words = list.prefix { $0 != "\"" }.split { " \n\\".contains($0) }.map(String.init)
      #expect(words == Self.attributes)
    }
  }
}
