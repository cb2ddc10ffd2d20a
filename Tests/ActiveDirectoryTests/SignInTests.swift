import Authorization
import Harness
import Logging
import OperatingSystem
import TenantCore
import Testing

@testable import ActiveDirectory

private typealias M = LDAPMessages
private typealias D = SignInDirectory

@Suite("SignIn: a directory's password lets in whom it belongs to", .timeLimit(.minutes(5)))
struct SignInTests {
  @Test("A3: the person is bound as, and the assigned groups of the token count")
  func accepted() async throws {
    let server = try D.jane.served()
    let signIn = SigningIn(server.directory())
    let other = "CN=Others,DC=acme,DC=example"
    let person = try await signIn("acme\\JDOE", groups: [D.review, other])
    #expect(person == DirectoryPerson(domain: "ACME", login: "jdoe", groups: [D.review]))
    #expect(server.bound == [D.reader, D.janeDN])
    #expect(signIn.log.text(.warning).contains("no group '\(other)'"))
  }

  @Test(
    "A refusal is nobody, with Active Directory's reason in the log and the password nowhere",
    arguments: [
      ("525", "no such account"), ("52e", "password is wrong"), ("530", "at this time"),
      ("532", "password has expired"), ("533", "disabled"), ("701", "account has expired"),
      ("773", "must change"), ("775", "locked"),
    ])
  func refused(code: String, words: String) async throws {
    var directory = D.jane
    directory.bind = { id in
      [.send(M.message(id, M.result(0x61, 49, "AcceptSecurityContext error, data \(code), v1")))]
    }
    let server = try directory.served()
    let signIn = SigningIn(server.directory(hosts: ["127.0.0.1", "localhost"]))
    #expect(try await signIn("jdoe") == nil)
    #expect(server.tried == [D.janeDN])
    let info = signIn.log.text(.info)
    #expect(info.contains("does not let ACME\\jdoe sign in") && info.contains(words))
    #expect(!info.contains("bind.user"))
    #expect(!signIn.log.text().contains(SigningIn.password))
  }

  @Test("Somebody unknown is tried as an entry that does not exist, and is not named in the log")
  func unknown() async throws {
    let server = try D().served()
    let signIn = SigningIn(server.directory())
    #expect(try await signIn("Hunter2") == nil)
    try #require(server.tried.count == 1)
    #expect(server.tried[0].hasPrefix("CN=") && server.tried[0].hasSuffix(",DC=acme,DC=example"))
    #expect(!signIn.log.text(.info).contains("Hunter2"))
  }

  @Test(
    "A domain that the tenant lacks, or half a login, finds nobody, even where anything is found",
    arguments: ["PARTNER\\jdoe", "ACME\\", "\\jdoe"])
  func otherDomain(login: String) async throws {
    let server = try LDAPScriptedServer { request in
      #expect(!request.text.contains("jdoe"))
      return [.send(D().answers(to: request))]
    }
    #expect(try await SigningIn(server.directory())(login) == nil)
    #expect(server.tried.count == 1)
  }

  @Test("Two entries for one login: nobody, and neither is tried")
  func twoEntries() async throws {
    var directory = D.jane
    directory.persons.append(("CN=Jim Doe,DC=acme,DC=example", "jdoe"))
    let server = try directory.served()
    #expect(try await SigningIn(server.directory())("jdoe") == nil)
    #expect(server.tried.count == 1 && !server.tried[0].contains("Doe"))
  }

  @Test("An entry without a name would be an anonymous bind, and is nobody")
  func emptyName() async throws {
    var directory = D.jane
    directory.persons = [("", "jdoe")]
    let server = try directory.served()
    #expect(try await SigningIn(server.directory())("jdoe") == nil)
    #expect(!server.bound.contains(""))
  }

  @Test("An empty name or password is not sent, whoever asks")
  func anonymous() throws {
    let server = try D.jane.served()
    guard case .ldap(let settings) = server.directory().source else {
      Issue.record("the directory is none")
      return
    }
    let link = DirectoryLink(
      LDAPDirectoryReader(
        directory: server.directory(), index: 0, settings: settings, logger: SignInLog().logger),
      Cancellation())
    let password = try #require(Password("x"))
    let answer = try PersonBind(link: link, use: PasswordUse()).run(dn: "", password: password)
    #expect(answer != .accepted)
    #expect(Password("") == nil)
    #expect(server.connected == 0)
  }

  @Test("A filter that is typed as a login is looked for as a login")
  func injection() async throws {
    let typed = "*)(objectClass=*"
    let server = try LDAPScriptedServer { request in
      let isWhole = request.text.contains(String(decoding: M.text(typed), as: UTF8.self))
      #expect(isWhole || request.base != "DC=acme,DC=example")
      return [.send(D().answers(to: request))]
    }
    #expect(try await SigningIn(server.directory())(typed) == nil)
  }

  @Test(
    "A login in two directories is nobody's, no password is tried, and the log says what to write")
  func ambiguous() async throws {
    let acme = try D.jane.served()
    let partner = try D.jane.served()
    let signIn = SigningIn(acme.directory(), partner.directory("PARTNER"))
    #expect(try await signIn("jdoe") == nil)
    #expect(acme.bound + partner.bound == [D.reader, D.reader])
    #expect(signIn.log.text(.info).contains("'ACME\\jdoe' or 'PARTNER\\jdoe'"))
    #expect(try await signIn("partner\\jdoe")?.domain == "PARTNER")
    #expect(acme.bound == [D.reader])
  }

  @Test("A group of another directory counts by its identifier, unless every domain has it")
  func otherDirectory() async throws {
    let there = "DC=partner,DC=example"
    let (group, administrators) = ("CN=R,\(there)", "CN=Administrators,CN=Builtin,\(there)")
    let own = "CN=Administrators,CN=Builtin,DC=acme,DC=example"
    var directory = D.jane
    directory.token.append(D.administrators)
    directory.groups[own] = D.administrators
    let acme = try directory.served()
    let partner = try D(groups: [group: D.identifier(1104), administrators: D.administrators])
      .served()
    let signIn = SigningIn(acme.directory(), partner.directory("PARTNER", root: there))
    let person = try await signIn("jdoe", groups: [group, administrators, own])
    #expect(person?.groups == [group, own])
    #expect(partner.tried.isEmpty)
  }

  @Test("A group under no directory's root, or that is no name, counts for nobody and is named")
  func strayGroups() async throws {
    let server = try D.jane.served()
    let signIn = SigningIn(server.directory())
    let person = try await signIn("jdoe", groups: ["CN=R,DC=else,DC=example", "nonsense"])
    #expect(person?.groups == [])
    #expect(signIn.log.text(.warning).contains("'CN=R,DC=else,DC=example'"))
    #expect(signIn.log.text(.warning).contains("'nonsense'"))
  }

  @Test("A tenant without a live directory lets nobody in")
  func filesOnly() async throws {
    let signIn = SigningIn(Directory(domain: "ACME", source: .ldif(path: "/acme.ldif")))
    #expect(try await signIn("jdoe") == nil)
    #expect(signIn.log.text(.notice).contains("source: ldap"))
  }

  /// A directory in which Jane Doe's principal's name is that of a mail, if it is any.
  private func served(principal: String?) throws -> LDAPScriptedServer {
    try LDAPScriptedServer { request in
      let isWanted =
        !request.text.contains("userPrincipalName")
        || principal.map { request.text.contains($0) } ?? false
      return [.send((isWanted ? D.jane : D()).answers(to: request))]
    }
  }

  @Test("login@dns.domain signs in although the principal's name is another, or there is none")
  func implicitPrincipal() async throws {
    for principal in ["j.doe@mail.example", nil] {
      let server = try served(principal: principal)
      let signIn = SigningIn(server.directory(dnsDomain: "acme.example"))
      #expect(try await signIn("jdoe@ACME.example")?.login == "jdoe")
      #expect(server.tried == [D.janeDN])
    }
    let server = try served(principal: "j.doe@mail.example")
    let signIn = SigningIn(server.directory(dnsDomain: "acme.example"))
    #expect(try await signIn("j.doe@mail.example")?.login == "jdoe")
  }
}

@Suite("SignIn: who signed in is looked for again, without a password", .timeLimit(.minutes(5)))
struct SignInAgainTests {
  private static let guid = [UInt8](repeating: 7, count: 16)

  private func again(
    _ more: [(String, String)] = [], guid: [UInt8]? = nil
  ) async throws -> DirectoryPerson? {
    var directory = D.jane
    directory.more = more.map { ($0.0, [Array($0.1.utf8)]) }
    if let guid { directory.more.append(("objectGUID", [guid])) }
    let server = try directory.served()
    let person = try await SigningIn(server.directory()).again(
      guid: ObjectGUID(bytes: Self.guid), at: Timestamp(secondsSince1970: 1_795_000_000))
    #expect(server.tried.isEmpty)
    return person
  }

  @Test("A person as before has the groups of now")
  func unchanged() async throws {
    let attributes = [
      ("userAccountControl", "512"), ("accountExpires", "9223372036854775807"),
      ("msDS-User-Account-Control-Computed", "0"), ("lockoutTime", "133000000000000000"),
    ]
    let person = try await again(attributes, guid: Self.guid)
    #expect(person?.groups == [D.review])
    #expect(person?.login == "jdoe")
    // What the account that reads may not see ends nothing.
    #expect(try await again() != nil)
  }

  @Test(
    "A disabled, locked or expired account is nobody",
    arguments: [
      ("userAccountControl", "514"), ("msDS-User-Account-Control-Computed", "16"),
      ("lockoutTime", "133000000000000000"), ("accountExpires", "116444736010000000"),
    ])
  func barred(attribute: String, value: String) async throws {
    #expect(try await again([(attribute, value)]) == nil)
  }

  @Test("Another account of the same login is another one")
  func recreated() async throws {
    #expect(try await again(guid: [UInt8](repeating: 8, count: 16)) == nil)
  }

  @Test("Who is gone, in no group any more, or of a directory that the tenant lost, is nobody")
  func gone() async throws {
    let empty = try D().served()
    #expect(try await SigningIn(empty.directory()).again() == nil)
    var directory = D.jane
    directory.token = [D.identifier(513)]
    let groupless = try directory.served()
    #expect(try await SigningIn(groupless.directory()).again() == nil)
    let server = try D.jane.served()
    #expect(try await SigningIn(server.directory()).again(domain: "PARTNER") == nil)
    #expect(server.connected == 0)
  }

  @Test("A directory that cannot be asked is an error, not an end")
  func down() async throws {
    let server = try LDAPScriptedServer { _ in [.close] }
    await #expect(throws: DirectoryError.self) {
      _ = try await SigningIn(server.directory()).again()
    }
  }
}
