import Harness
import Testing

private typealias M = LDAPMessages
private typealias Server = LDAPScriptedServer

/// A fault of a directory: what the server does, and how a sync must end. The table of them is
/// reliability's first section, as far as a script can play it; certificates and sign-ins that real
/// servers refuse are in `DirectoryTests`.
struct DirectoryFault: Sendable, CustomTestStringConvertible {
  /// How the server is spoken to.
  enum Transport: String, Sendable, CaseIterable {
    case plaintext, ldaps, starttls
  }

  /// What the store shows afterwards.
  enum After: Sendable, Equatable {
    /// The run did not complete: the rows of before.
    case unchanged
    /// The run completed: all users of before are linked, and these rows are there, too, by login.
    case complete([String: String] = [:])
  }

  var name: String
  /// Under TLS as well where bytes, waits or ends of the connection are at fault; what is wrong in
  /// the messages themselves is the same under each.
  var transports: [Transport] = [.plaintext]
  /// Lines of the directory's section that are different while the fault lasts.
  var settings: [String: String] = [:]
  /// True if 127.0.0.8 takes connections at the same port and never answers.
  var hasSilentHost = false
  /// The only version of TLS that the server speaks; nil for those in use.
  var version: String?
  var play: LDAPScriptedServer.Play
  var code: Int32
  /// What standard error says, in parts.
  var words: [String] = []
  /// The codes of the findings of a run that completes.
  var findings: [String] = []
  var after = After.unchanged

  var testDescription: String { name }

  /// Each fault with each way in which the server is spoken to.
  static let runs = all.flatMap { fault in fault.transports.map { (fault, $0) } }
  static let all =
    connections + handshakes + binds + pages + endless + results + odd
}

/// The directory of the table: twelve users on three pages.
enum FaultDirectory {
  static let users = Array(1...12)
  static let well = LDAPScriptedServer.Play { page($0) }

  static func login(_ number: Int) -> String { "user\(number)" }

  /// A user as Active Directory would show it, with other attributes or without some.
  static func user(
    _ id: Int, _ number: Int, login: String? = nil, more: [(String, [[UInt8]])] = [],
    dn: String? = nil
  ) -> [UInt8] {
    let login = login ?? self.login(number)
    let usual = [
      ("mail", "\(login)@acme.example"), ("proxyAddresses", "smtp:\(login)@other.example"),
      ("userAccountControl", "512"), ("accountExpires", "0"), ("lockoutTime", "0"),
    ].filter { name, _ in !more.contains { $0.0.split(separator: ";").first == name[...] } }
    return M.person(
      id, login, number: number, more: usual.map { ($0, [Array($1.utf8)]) } + more, dn: dn)
  }

  /// The page that is asked for; the cookie is the number of users before it.
  ///
  /// - Parameter last: what is added to the last page.
  static func page(
    _ request: LDAPScriptedServer.Request, last: [UInt8] = []
  ) -> [LDAPScriptedServer.Reply] {
    let start = Int(request.cookie) ?? 0
    let end = min(start + 5, users.count)
    let entries = users[start..<end].flatMap { user(request.id, $0) }
    let isLast = end == users.count
    return [
      .send(entries + (isLast ? last : []) + M.done(request.id, cookie: isLast ? "" : "\(end)"))
    ]
  }

  /// All pages, with one more user on the last.
  static func with(
    _ user: @escaping @Sendable (_ id: Int) -> [UInt8]
  ) -> LDAPScriptedServer.Play {
    LDAPScriptedServer.Play { page($0, last: user($0.id)) }
  }
}

private typealias D = FaultDirectory

extension DirectoryFault {
  private static let silence = ["timeout": "1s"]
  private static let wire = [Transport.plaintext, .ldaps]

  // MARK: Before anything is said

  fileprivate static let connections = [
    DirectoryFault(
      name: "connection refused", transports: wire, settings: ["hosts": "[127.0.0.9]"],
      play: D.well, code: 69,
      words: ["127.0.0.9:", "cannot be reached: connection refused"]),
    DirectoryFault(
      name: "host does not resolve", transports: [.ldaps],
      settings: ["hosts": "[no-such-host.invalid]", "timeout": "5s"],
      play: D.well, code: 69, words: ["host 'no-such-host.invalid' does not resolve"]),
    DirectoryFault(
      name: "first host down, second up", transports: wire,
      settings: ["hosts": "[127.0.0.9, 127.0.0.1]"],
      play: D.well, code: 0, words: ["127.0.0.9:"], after: .complete()),
    DirectoryFault(
      name: "two hosts down", settings: ["hosts": "[127.0.0.9, 127.0.0.10]"], play: D.well,
      code: 69, words: ["127.0.0.9:", "127.0.0.10:"]),
    DirectoryFault(
      name: "server that accepts and never answers", transports: wire, settings: silence,
      play: .silent, code: 69,
      words: ["no answer within 1 s"]),
    DirectoryFault(
      name: "first of two hosts accepts and never answers", transports: wire,
      settings: ["hosts": "[127.0.0.8, 127.0.0.1]", "timeout": "3s"], hasSilentHost: true,
      play: D.well, code: 0, words: ["no answer within 3 s"], after: .complete()),
    DirectoryFault(
      name: "connection closed at once", transports: wire,
      play: .init(binds: { _ in [.close] }), code: 69, words: ["does not answer the sign-in"]),
  ]

  // MARK: TLS

  fileprivate static let handshakes = [
    DirectoryFault(
      name: "silent within the TLS handshake, after StartTLS", transports: [.starttls],
      settings: silence.merging(["port": "plain"]) { $1 },
      play: .init(extended: { [.send(M.extended($0.id)), .silence] }), code: 69,
      words: ["does not complete the TLS handshake", "no answer within 1 s"]),
    DirectoryFault(
      name: "StartTLS is not answered", transports: [.starttls],
      settings: silence.merging(["port": "plain"]) { $1 },
      play: .init(extended: { _ in [.silence] }), code: 69, words: ["no answer within 1 s"]),
    DirectoryFault(
      name: "StartTLS is refused", transports: [.starttls], settings: ["port": "plain"],
      play: .init(extended: { [.send(M.extended($0.id, code: 2))] }), code: 69,
      words: ["refuses StartTLS"]),
    DirectoryFault(
      name: "LDAP without TLS on the port of ldaps", transports: [.ldaps],
      settings: ["port": "plain"], play: D.well, code: 69,
      words: ["speaks LDAP without TLS at first"]),
    DirectoryFault(
      name: "TLS on the port of plain LDAP", transports: [.plaintext],
      settings: ["port": "tls"], play: D.well, code: 69, words: ["speaks TLS at once"]),
    DirectoryFault(
      name: "TLS 1.0", transports: [.ldaps, .starttls], version: "TLSv1", play: D.well, code: 69,
      words: ["speaks TLS1.0", "nothing was sent to it"]),
    DirectoryFault(
      name: "TLS 1.1", transports: [.ldaps, .starttls], version: "TLSv1_1", play: D.well, code: 69,
      words: ["speaks TLS1.1", "nothing was sent to it"]),
    DirectoryFault(
      name: "TLS 1.2, the least that is safe", transports: [.ldaps, .starttls],
      version: "TLSv1_2", play: D.well, code: 0, after: .complete()),
  ]

  // MARK: Bind

  private static func refused(_ data: String, _ words: String) -> DirectoryFault {
    let text = "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data "
    return DirectoryFault(
      name: "bind refused with data \(data)",
      play: .init(binds: { [.send(M.message($0.id, M.result(0x61, 49, text + data + ", v4563")))] }
      ),
      code: 69, words: ["refuses to sign in 'reader'", words])
  }

  fileprivate static let binds = [
    refused("52e", "the name or the password is wrong"),
    refused("532", "password has expired"), refused("533", "the account is disabled"),
    refused("701", "the account has expired"), refused("773", "must change its password"),
    refused("775", "the account is locked"),
    DirectoryFault(
      name: "simple bind refused without TLS", transports: [.plaintext],
      play: .init(binds: { [.send(M.message($0.id, M.result(0x61, 8)))] }), code: 69,
      words: ["it accepts a simple bind only under TLS"]),
    DirectoryFault(
      name: "bind is not answered", transports: wire, settings: silence,
      play: .init(binds: { _ in [] }), code: 69,
      words: ["does not answer the sign-in", "no answer within 1 s"]),
    DirectoryFault(
      name: "one byte a second at the bind", transports: wire, settings: ["timeout": "2s"],
      play: .init(binds: { drip(M.bound($0.id)) }), code: 69, words: ["no answer within 2 s"]),
    DirectoryFault(
      name: "garbage instead of an answer to the bind",
      play: .init(binds: { _ in [.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)), .close] }),
      code: 69, words: ["does not answer the sign-in"]),
  ]

  private static func drip(_ bytes: [UInt8]) -> [LDAPScriptedServer.Reply] {
    bytes.flatMap { [.send([$0]), .pause(.seconds(1))] }
  }

  // MARK: Pages

  /// What is done instead of the second page, on the connections that a test wants.
  private static func secondPage(
    on connections: Range<Int> = 0..<100,
    _ replies: @escaping @Sendable (LDAPScriptedServer.Request) -> [LDAPScriptedServer.Reply]
  ) -> LDAPScriptedServer.Play {
    LDAPScriptedServer.Play { request in
      request.cookie == "5" && connections.contains(request.connection)
        ? replies(request) : D.page(request)
    }
  }

  private static func refusedCookie(
    _ code: UInt8, _ server: String, on connections: Range<Int>
  ) -> DirectoryFault {
    let isOnce = connections == 0..<1
    return DirectoryFault(
      name: "cookie refused (\(code), as \(server) does), \(isOnce ? "once" : "always")",
      play: secondPage(on: connections) { [.send(M.done($0.id, code: code))] },
      code: isOnce ? 0 : 75, words: ["it does not go on after page 1"],
      findings: isOnce ? ["server-lost"] : [], after: isOnce ? .complete() : .unchanged)
  }

  fileprivate static let pages = [
    DirectoryFault(
      name: "drop after page 1, then fine", transports: wire,
      play: secondPage(on: 0..<1) { _ in [.close] }, code: 0,
      words: ["was lost while it was read"], findings: ["server-lost"], after: .complete()),
    DirectoryFault(
      name: "drop after page 1, always", transports: wire, play: secondPage { _ in [.close] },
      code: 75,
      words: ["ACME was not read to its end", "was lost"]),
    DirectoryFault(
      name: "drop in the middle of an entry", transports: wire,
      play: secondPage { [.send(D.user($0.id, 6).dropLast(9)), .close] }, code: 75,
      words: ["was lost"]),
    DirectoryFault(
      name: "notice of disconnection",
      play: secondPage { _ in [.send(M.message(0, M.result(0x78, 52))), .close] }, code: 75,
      words: ["was lost"]),
    DirectoryFault(
      name: "garbage instead of BER", transports: wire,
      play: secondPage { _ in [.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)), .close] },
      code: 75, words: ["was lost"]),
    DirectoryFault(
      name: "silent after page 1", transports: wire, settings: silence,
      play: secondPage { _ in [] }, code: 75,
      words: ["no answer within 1 s"]),
    DirectoryFault(
      name: "one byte a second in a page", transports: wire, settings: ["timeout": "2s"],
      play: secondPage { drip(D.user($0.id, 6)) }, code: 75, words: ["no answer within 2 s"]),
    refusedCookie(12, "Active Directory", on: 0..<1), refusedCookie(53, "OpenLDAP", on: 0..<1),
    refusedCookie(12, "Active Directory", on: 0..<100), refusedCookie(1, "another", on: 0..<100),
    DirectoryFault(
      name: "empty page with a cookie",
      play: .init { request in
        request.cookie.isEmpty ? [.send(M.done(request.id, cookie: "0"))] : D.page(request)
      }, code: 0, after: .complete()),
    DirectoryFault(
      name: "answer without the paging control in mid-read",
      play: secondPage { [.send(D.user($0.id, 6) + M.message($0.id, M.result(0x65, 0)))] },
      code: 75, words: ["does not say whether page 2 is the last one"]),
    DirectoryFault(
      name: "answer without the paging control at the end",
      play: .init { request in
        guard request.cookie == "10" else { return D.page(request) }
        let entries = D.user(request.id, 11) + D.user(request.id, 12)
        return [.send(entries + M.message(request.id, M.result(0x65, 0)))]
      }, code: 75, words: ["does not say whether page 3 is the last one"]),
    DirectoryFault(
      name: "same entry on two pages", play: D.with { D.user($0, 1) }, code: 0,
      findings: ["duplicate-guid"], after: .complete()),
    DirectoryFault(
      name: "entry renamed between pages",
      play: D.with {
        D.user($0, 1, more: [("uSNChanged", [Array("9".utf8)])], dn: "CN=new,DC=acme,DC=example")
      }, code: 0, findings: ["duplicate-guid"], after: .complete()),
  ]

  // MARK: Without end

  fileprivate static let endless = [
    DirectoryFault(
      name: "the same cookie for ever, without entries",
      play: .init { [.send(M.done($0.id, cookie: "a"))] }, code: 75,
      words: ["sends pages without end and without users"]),
    DirectoryFault(
      name: "ever new cookies, without entries",
      play: .init { [.send(M.done($0.id, cookie: "a\($0.search)"))] }, code: 75,
      words: ["sends pages without end and without users"]),
    DirectoryFault(
      name: "the same cookie with the same entries for ever", transports: wire,
      play: .init { [.send(D.user($0.id, 1) + M.done($0.id, cookie: "a"))] }, code: 75,
      words: ["sends the same pages without end"]),
    DirectoryFault(
      name: "ever new cookies with the same entries for ever",
      play: .init { [.send(D.user($0.id, 1) + M.done($0.id, cookie: "a\($0.search)"))] }, code: 75,
      words: ["sends the same pages without end"]),
    DirectoryFault(
      name: "all pages over and over",
      play: .init { request in
        let number = request.search % 12 + 1
        return [.send(D.user(request.id, number) + M.done(request.id, cookie: "a"))]
      }, code: 75, words: ["sends the same pages without end"]),
    DirectoryFault(
      name: "ever new entries", settings: ["maxUsers": "50"],
      play: .init { [.send(D.user($0.id, $0.search) + M.done($0.id, cookie: "a"))] }, code: 75,
      words: ["sends more than 50 users", "raise 'maxUsers'"]),
    DirectoryFault(
      name: "ranges that never end", play: ranges { start in (start, "\(start)") }, code: 0,
      findings: ["value-too-long"], after: .complete(["user13": "invalid"])),
    DirectoryFault(
      name: "ranges that do not advance", play: ranges { _ in (1, "1") }, code: 0,
      findings: ["value-too-long"], after: .complete(["user13": "invalid"])),
    DirectoryFault(
      name: "range that ends at the largest integer",
      play: ranges { start in (start, "\(Int.max)") }, code: 0,
      findings: ["value-too-long"], after: .complete(["user13": "invalid"])),
    DirectoryFault(
      name: "list of values in two parts", play: ranges { start in (start, "*") }, code: 0,
      after: .complete(["user13": "unmatched"])),
  ]

  /// User 13 has a list of which each part is made again.
  private static func ranges(
    _ part: @escaping @Sendable (_ start: Int) -> (first: Int, last: String)
  ) -> LDAPScriptedServer.Play {
    LDAPScriptedServer.Play { request in
      let value = [Array("smtp:a@other.example".utf8)]
      guard let option = request.text.firstRange(of: "range=") else {
        let user = D.user(request.id, 13, more: [("proxyAddresses;range=0-0", value)])
        return D.page(request, last: user)
      }
      let (first, last) = part(
        Int(request.text[option.upperBound...].prefix { $0 != "-" }) ?? 0)
      let name = "proxyAddresses;range=\(first)-\(last)"
      return [.send(M.entry(request.id, request.base, [(name, value)]) + M.done(request.id))]
    }
  }

  // MARK: Results other than 0

  private static func result(
    _ name: String, _ code: UInt8, rows: Int = 0, _ words: String
  ) -> DirectoryFault {
    DirectoryFault(
      name: name,
      play: .init { request in
        let rows = (0..<rows).flatMap { D.user(request.id, $0 + 1) }
        return [.send(rows + M.done(request.id, code: code))]
      }, code: 75, words: ["'DC=acme,DC=example' was not read to its end", words])
  }

  private static func busy(_ code: UInt8, _ name: String) -> [DirectoryFault] {
    [
      DirectoryFault(
        name: "\(name), then fine",
        play: .init { request in
          request.search == 0 ? [.send(M.done(request.id, code: code))] : D.page(request)
        }, code: 0, after: .complete()),
      DirectoryFault(
        name: "\(name) for ever", transports: [.plaintext],
        play: .init { [.send(M.done($0.id, code: code))] }, code: 75, words: ["was lost"]),
    ]
  }

  fileprivate static let results =
    busy(51, "busy") + busy(52, "unavailable") + [
      result("sizeLimitExceeded after 500 rows", 4, rows: 500, "stopped at its size limit"),
      result("sizeLimitExceeded after 1,000 rows", 4, rows: 1000, "stopped at its size limit"),
      result("administrative limit", 11, "stopped at its size limit"),
      result("time limit", 3, "stopped at its time limit"),
      result("no right to read", 50, "does not let 'reader' read it"),
      result("referral instead of an answer", 10, "which is not followed"),
      result("paging refused", 12, "cannot answer in pages"),
      DirectoryFault(
        name: "one OU missing", settings: ["organizationalUnits": "[OU=Staff, OU=Gone]"],
        play: .init { request in
          request.base.hasPrefix("OU=Gone")
            ? [.send(M.done(request.id, code: 32))] : D.page(request)
        }, code: 75, words: ["'OU=Gone,DC=acme,DC=example'", "has no such organizational unit"]),
      DirectoryFault(
        name: "continuation reference into what is read",
        play: .init { request in
          [.send(M.reference(request.id, "ldap://dc9/OU=Far,DC=acme,DC=example"))]
            + D.page(request)
        }, code: 75, words: ["keeps a part of 'DC=acme,DC=example' elsewhere"]),
      DirectoryFault(
        name: "continuation reference to another partition",
        play: .init { request in
          [.send(M.reference(request.id, "ldap://f/DC=ForestDnsZones,DC=acme,DC=example"))]
            + D.page(request)
        }, code: 0, after: .complete()),
      DirectoryFault(
        name: "no users at all", play: .init(), code: 65, words: ["--allow-large-change"]),
    ]

  // MARK: Odd users

  private static func odd(
    _ name: String, state: String, findings: [String] = [],
    _ user: @escaping @Sendable (_ id: Int) -> [UInt8]
  ) -> DirectoryFault {
    DirectoryFault(
      name: name, play: D.with(user), code: 0, findings: findings,
      after: .complete(["user13": state]))
  }

  private static func anchored(_ id: Int, _ guids: [[UInt8]]) -> [UInt8] {
    let flags = ["userAccountControl": "512", "accountExpires": "0", "lockoutTime": "0"]
    return M.entry(
      id, "CN=user13,DC=acme,DC=example",
      [("objectGUID", guids), ("sAMAccountName", [Array("user13".utf8)])]
        + flags.map { ($0, [Array($1.utf8)]) })
  }

  fileprivate static let odd = [
    odd("GUID missing", state: "invalid") { anchored($0, []) },
    odd("GUID all zero", state: "invalid") { anchored($0, [[UInt8](repeating: 0, count: 16)]) },
    odd("GUID of the wrong length", state: "invalid") { anchored($0, [[1, 2, 3]]) },
    DirectoryFault(
      name: "GUID twice",
      play: D.with { D.user($0, 12, login: "user13", dn: "CN=zz,DC=acme,DC=example") }, code: 0,
      findings: ["duplicate-guid"], after: .complete()),
    odd("value that is not UTF-8", state: "invalid") {
      D.user($0, 13, more: [("mail", [[0x61, 0xFF]])])
    },
    odd("value with a NUL byte", state: "unmatched") {
      D.user($0, 13, more: [("mail", [Array("a\0b@acme.example".utf8)])])
    },
    odd("DN with \\0ACNF:", state: "unmatched") {
      D.user($0, 13, dn: "CN=user13\\0ACNF:9a3b0000,DC=acme,DC=example")
    },
    odd("attribute of 10 MB", state: "invalid", findings: ["value-too-long"]) {
      D.user($0, 13, more: [("mail", [[UInt8](repeating: 0x61, count: 10_000_000)])])
    },
    odd("a value that is one byte too long to keep", state: "invalid", findings: ["value-too-long"])
    { D.user($0, 13, more: [("mail", [[UInt8](repeating: 0x61, count: 4097)])]) },
  ]
}
