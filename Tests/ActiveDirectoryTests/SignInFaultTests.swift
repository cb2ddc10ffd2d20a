import Authorization
import Harness
import Logging
import TenantCore
import Testing

@testable import ActiveDirectory

private typealias M = LDAPMessages
private typealias D = SignInDirectory

@Suite(
  "SignIn: a server that misbehaves lets nobody in, and gets a password once at most",
  .timeLimit(.minutes(5)))
struct SignInFaultTests {
  private let hosts = ["127.0.0.1", "localhost"]

  @Test("Dropped during the bind: an error, and the next host is not sent the password")
  func drop() async throws {
    var directory = D.jane
    directory.bind = { _ in [.close] }
    let server = try directory.served()
    let error = try await SigningIn(server.directory(hosts: hosts)).failure("jdoe")
    #expect(error?.code == .unavailable)
    #expect(server.tried == [D.janeDN])
  }

  @Test("No answer to the bind: an error after the timeout, and no second try")
  func silence() async throws {
    var directory = D.jane
    directory.bind = { _ in [] }
    let server = try directory.served()
    // Long enough for the searches before the bind, on a machine that does much else.
    let signIn = SigningIn(server.directory(hosts: hosts, timeout: .seconds(5)))
    let error = try await signIn.failure("jdoe")
    #expect(error?.message.contains("no answer within 5 s") == true)
    #expect(server.tried == [D.janeDN])
  }

  @Test(
    "Busy or a protocol error at the bind: an error, since nothing was said about the password",
    arguments: [2, 51, 52, 80] as [UInt8])
  func noVerdict(code: UInt8) async throws {
    var directory = D.jane
    directory.bind = { [.send(M.message($0, M.result(0x61, code)))] }
    let server = try directory.served()
    #expect(try await SigningIn(server.directory(hosts: hosts)).failure("jdoe") != nil)
    #expect(server.tried == [D.janeDN])
  }

  @Test("Referrals are not followed: not at the bind, not beside an entry, not in its place")
  func referrals() async throws {
    let other = try D.jane.served()
    let url = "ldap://127.0.0.1:\(other.port)/DC=acme,DC=example"
    let referral = M.tlv(0xa3, M.text(url))
    func refer(_ tag: UInt8) -> [UInt8] {
      M.tlv(tag, M.tlv(0x0a, [10]) + M.text("") + M.text("") + referral)
    }
    let (bound, done) = (refer(0x61), refer(0x65))
    var directory = D.jane
    directory.bind = { [.send(M.message($0, bound))] }
    let atTheBind = try directory.served()
    #expect(try await SigningIn(atTheBind.directory())("jdoe") == nil)
    #expect(atTheBind.tried == [D.janeDN])

    let beside = try LDAPScriptedServer { request in
      [.send(M.reference(request.id, url)), .send(D().answers(to: request))]
    }
    #expect(try await SigningIn(beside.directory())("jdoe") == nil)

    let instead = try LDAPScriptedServer { [.send(M.message($0.id, done))] }
    let error = try await SigningIn(instead.directory()).failure("jdoe")
    #expect(error?.message.contains("not followed") == true)
    #expect(other.connected == 0)
  }

  @Test("A host that is lost while it looks for the person is followed by the next one")
  func lostHost() async throws {
    let server = try LDAPScriptedServer { request in
      request.connection == 0 ? [.close] : [.send(D.jane.answers(to: request))]
    }
    let signIn = SigningIn(server.directory(hosts: hosts))
    #expect(try await signIn("jdoe")?.groups == [D.review])
    #expect(signIn.log.text(.warning).contains("next host"))
    #expect(server.tried == [D.janeDN])
  }

  @Test(
    "A directory that is down is an error where its login is asked for, and no matter elsewhere")
  func down() async throws {
    let server = try D.jane.served()
    var dead = server.directory("PARTNER", root: "DC=partner,DC=example")
    if case .ldap(var settings) = dead.source {
      settings.port = 1
      dead.source = .ldap(settings)
    }
    let signIn = SigningIn(server.directory(), dead)
    #expect(try await signIn.failure("jdoe")?.message.contains("'PARTNER'") == true)
    #expect(server.tried.isEmpty)
    let group = "CN=R,DC=partner,DC=example"
    #expect(try await signIn("ACME\\jdoe", groups: [D.review, group])?.groups == [D.review])
    await #expect(throws: DirectoryError.self) { try await signIn("ACME\\jdoe", groups: [group]) }
  }

  @Test("The account that reads is refused: an error, and nobody's password is tried")
  func reader() async throws {
    let server = try LDAPScriptedServer(
      binds: { [.send(M.message($0.id, M.result(0x61, 49, "data 775")))] }, { _ in [] })
    let error = try await SigningIn(server.directory()).failure("jdoe")
    #expect(error?.message.contains("'reader': the account is locked") == true)
    #expect(server.bound == [D.reader])
  }

  @Test("An answer beyond a megabyte is not taken in; nor are more groups than anybody has")
  func bounds() async throws {
    let large = try LDAPScriptedServer { request in
      let value = [UInt8](repeating: 65, count: 2 << 20)
      return [.send(M.entry(request.id, D.janeDN, [("sAMAccountName", [value])]))]
    }
    #expect(try await SigningIn(large.directory()).failure("jdoe") != nil)
    var directory = D.jane
    directory.token = (0...PersonToken.maximumGroups).map { D.identifier($0) }
    let many = try directory.served()
    let error = try await SigningIn(many.directory()).failure("jdoe")
    #expect(error?.message.contains("more than 20000") == true)
    #expect(many.tried.isEmpty)
  }

  @Test("A plain connection to another machine is refused before anything is sent")
  func plaintext() async throws {
    let server = try D.jane.served()
    let error = try await SigningIn(server.directory(hosts: ["192.0.2.1"])).failure("jdoe")
    #expect(error?.code == .configuration)
  }

  @Test("It is told apart whether the password was sent: only what was not sent is no attempt")
  func passwordSent() async throws {
    var directory = D.jane
    directory.bind = { _ in [.close] }
    let dropped = try directory.served()
    await #expect(throws: DirectoryError.self) {
      _ = try await SigningIn(dropped.directory())("jdoe")
    }
    #expect(dropped.tried == [D.janeDN])

    let unread = try LDAPScriptedServer { _ in [.close] }
    await #expect(throws: PasswordNotSent.self) {
      _ = try await SigningIn(unread.directory())("jdoe")
    }
    #expect(unread.tried.isEmpty)
    var dead = unread.directory()
    if case .ldap(var settings) = dead.source {
      settings.port = 1
      dead.source = .ldap(settings)
    }
    let signIn = SigningIn(dead)
    await #expect(throws: PasswordNotSent.self) { _ = try await signIn("jdoe") }
  }

  @Test(
    "A password that was given up is not sent any more, and one that was sent is not sent again")
  func givenUp() throws {
    let use = PasswordUse()
    #expect(use.giveUp())
    #expect(throws: CancellationError.self) { try use.begin() }
    let other = PasswordUse()
    try other.begin()
    #expect(throws: CancellationError.self) { try other.begin() }
    #expect(!other.giveUp())
  }
}
