import Harness
import Logging
import Synchronization
import TenantCore
import Testing

@testable import ActiveDirectory
@testable import Authorization

private typealias M = LDAPMessages

/// A directory for sign-ins that answers as Active Directory does, as long as a test does not want
/// otherwise.
struct SignInDirectory: Sendable {
  static let reader = "reader"

  var root = "DC=acme,DC=example"
  /// Entries that the search for a person finds: name and login.
  var persons: [(dn: String, login: String)] = []
  /// What else such an entry has.
  var more: [(String, [[UInt8]])] = []
  var token: [[UInt8]] = []
  /// Groups by their names, and their identifiers.
  var groups: [String: [UInt8]] = [:]
  /// What a person's bind is answered with.
  var bind: @Sendable (Int) -> [LDAPScriptedServer.Reply] = { [.send(M.bound($0))] }

  /// Jane Doe, who is in the group `AD Review`.
  static var jane: SignInDirectory {
    SignInDirectory(
      persons: [(janeDN, "jdoe")], token: [identifier(513), identifier(1104)],
      groups: [review: identifier(1104)])
  }
  static let janeDN = "CN=Jane Doe,OU=Staff,DC=acme,DC=example"
  static let review = "CN=AD Review,OU=Groups,DC=acme,DC=example"

  /// `S-1-5-21-1-2-3-…`.
  static func identifier(_ number: Int) -> [UInt8] {
    [1, 5, 0, 0, 0, 0, 0, 5]
      + [21, 1, 2, 3, number].flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
  }

  /// `S-1-5-32-544`, the administrators of every domain.
  static let administrators: [UInt8] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0]

  func served() throws -> LDAPScriptedServer {
    try LDAPScriptedServer(
      binds: { request in
        request.base == Self.reader ? [.send(M.bound(request.id))] : bind(request.id)
      }, { .send(answers(to: $0)) })
  }

  func answers(to request: LDAPScriptedServer.Request) -> [UInt8] {
    let id = request.id
    if request.text.contains("objectSid") {
      guard let group = groups[request.base] else { return M.done(id, code: 32) }
      return M.entry(id, request.base, [("objectSid", [group])]) + M.done(id)
    }
    if request.text.contains("tokenGroups") {
      guard persons.contains(where: { $0.dn == request.base }) else { return M.done(id, code: 32) }
      return M.entry(id, request.base, [("tokenGroups", token)]) + M.done(id)
    }
    return persons.flatMap {
      M.entry(id, $0.dn, [("sAMAccountName", [Array($0.login.utf8)])] + more)
    } + M.done(id)
  }
}

extension [LDAPScriptedServer.Reply] {
  fileprivate static func send(_ bytes: [UInt8]) -> Self { [.send(bytes)] }
}

extension LDAPScriptedServer {
  /// This server as a directory of a tenant, over plain text.
  func directory(
    _ domain: String = "ACME", dnsDomain: String? = nil, root: String = "DC=acme,DC=example",
    hosts: [String] = ["127.0.0.1"], timeout: Duration = .seconds(20)
  ) -> Directory {
    let settings = LDAPSettings(
      hosts: .listed(hosts), port: port, security: .plaintext,
      bind: .simple(user: SignInDirectory.reader, password: .command(["printf", "secret"])),
      rootDN: root, timeout: timeout)
    return Directory(domain: domain, dnsDomain: dnsDomain, source: .ldap(settings))
  }

  /// Whom a password was tried for.
  var tried: [String] { bound.filter { $0 != SignInDirectory.reader } }
}

/// Signs somebody in, and keeps what is logged.
struct SigningIn {
  static let password = "Right-Passw0rd.1"

  let log = SignInLog()
  var directories: [Directory]

  init(_ directories: Directory...) { self.directories = directories }

  func callAsFunction(
    _ login: String, password: String = password, groups: [String] = [SignInDirectory.review]
  ) async throws -> DirectoryPerson? {
    let tenant = Tenant(name: "acme", directories: directories)
    let typed = try #require(Password(password))
    let attempt = try #require(SignInAttempt(tenant, login: login, password: typed))
    return try await ActiveDirectorySignIn(logger: log.logger).person(of: attempt, groups: groups)
  }

  /// The error that a sign-in ends with.
  func failure(_ login: String) async throws -> DirectoryError? {
    do {
      _ = try await self(login)
      return nil
    } catch let error as DirectoryError {
      return error
    } catch let error as PasswordNotSent {
      return error.cause as? DirectoryError
    }
  }

  /// Looks again for Jane Doe, who signed in.
  func again(
    guid: ObjectGUID? = nil, domain: String = "ACME", groups: [String] = [SignInDirectory.review],
    at moment: Timestamp = .now()
  ) async throws -> DirectoryPerson? {
    let person = DirectoryPerson(domain: domain, login: "jdoe", guid: guid, groups: ["before"])
    return try await ActiveDirectorySignIn(logger: log.logger).person(
      again: person, of: Tenant(name: "acme", directories: directories), groups: groups, at: moment)
  }
}

/// A log of all lines, for a test to look at.
final class SignInLog: Sendable {
  private let lines = Mutex<[String]>([])

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(log: self) }
    logger.logLevel = .trace
    return logger
  }

  /// All lines of a level, one below the other.
  func text(_ level: Logger.Level? = nil) -> String {
    lines.withLock { $0 }.filter { line in level.map { line.hasPrefix("\($0): ") } ?? true }.joined(
      separator: "\n")
  }

  private struct Handler: LogHandler {
    var log: SignInLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.lines.withLock { $0.append("\(event.level): \(event.message)") }
    }
  }
}
