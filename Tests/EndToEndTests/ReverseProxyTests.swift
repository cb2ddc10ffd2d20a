import Foundation
import Harness
import Testing

/// `tenantd` behind a real nginx, with the configuration that docs/service.md shows.
@Suite("tenantd behind a reverse proxy", .timeLimit(.minutes(10)))
struct ReverseProxyTests {
  private static let password = "correct horse battery"
  /// Where the client comes from; the proxy itself comes from 127.0.0.1.
  private static let client = "127.0.0.5"
  private let tenantctl: RunTenantctl

  init() async throws {
    tenantctl = try RunTenantctl.withExamples()
    try tenantctl.folder.write(Self.password + "\n", to: "password")
    let answer = try await tenantctl.shell(
      "\"$0\" access add acme maria < '\(tenantctl.folder.path("password"))'")
    try #require(answer.code == 0, "\(answer.errors)")
  }

  // MARK: - nginx

  private struct Proxy {
    let started: RunTenantctl.Started
    let base: String

    func stop() async throws {
      kill(started.id, SIGTERM)
      _ = try await started.answer()
    }
  }

  /// The `server` for nginx of docs/service.md, at another port, with another certificate and target.
  private func server(port: Int, target: Int, below path: String) throws -> String {
    let page = try String(
      contentsOf: RunTenantctl.repository.appending(path: "docs/service.md"), encoding: .utf8)
    let parts = page.components(separatedBy: "```nginx\n")
    try #require(parts.count == 2)
    var text = try #require(parts[1].components(separatedBy: "```").first)
    for (old, new) in [
      ("listen 443 ssl;", "listen 127.0.0.1:\(port) ssl;"),
      ("/etc/ssl/review.acme.example.pem", tenantctl.folder.path("chain.pem")),
      ("/etc/ssl/private/review.acme.example.key", tenantctl.folder.path("key.pem")),
      ("http://127.0.0.1:8481", "http://127.0.0.1:\(target)"),
    ] {
      try #require(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    try #require(text.contains("location / {") && page.contains("location /ad/ {"))
    return text.replacing("location / {", with: "location \(path)/ {")
  }

  /// A real nginx in front of a port, with a certificate made for it.
  private func proxy(to target: Int, below path: String = "") async throws -> Proxy {
    let certificate = try await tenantctl.start(
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tenantctl.folder.path("key.pem"),
        "-out", tenantctl.folder.path("chain.pem"),
      ], program: URL(filePath: "/usr/bin/openssl")
    ).answer()
    try #require(certificate.code == 0, "\(certificate.errors)")
    let port = try freePort()
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
      "\($0)_temp_path \(tenantctl.folder.path("tmp/\($0)"));"
    }
    let configuration = """
      daemon off;
      pid \(tenantctl.folder.path("nginx.pid"));
      \(getuid() == 0 ? "user root;" : "")
      events {}
      http {
      access_log off;
      \(temporary.joined(separator: "\n"))
      \(try server(port: port, target: target, below: path))
      }
      """
    try tenantctl.folder.write(configuration, to: "nginx.conf")
    let started = try tenantctl.start(
      ["-c", tenantctl.folder.path("nginx.conf"), "-e", "stderr"],
      program: URL(filePath: "/usr/sbin/nginx"))
    let proxy = Proxy(started: started, base: "https://127.0.0.1:\(port)")
    let visitor = visitor(proxy)
    try await wait("nginx; \(started.log())") { try? await visitor.get("\(path)/sign-in") }
    return proxy
  }

  private func visitor(_ proxy: Proxy) -> PageVisitor {
    PageVisitor(
      tenantctl, proxy.base,
      options: ["--cacert", tenantctl.folder.path("chain.pem"), "--interface", Self.client])
  }

  // MARK: - Tests

  @Test("A3: a person signs in over TLS; cookies, HSTS and the origin are those of the proxy")
  func signIn() async throws {
    let service = try await RunTenantd(
      tenantctl, "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1")
    let port = try await service.pagesPort()
    let proxy = try await proxy(to: port)
    let visitor = visitor(proxy)
    let done = try await visitor.signIn(
      "acme", "maria", Self.password, options: ["--header", "Origin: \(proxy.base)"])
    #expect(done.status == 303, "\(done.body)")
    #expect(done.all("strict-transport-security") == ["max-age=31536000"])
    #expect(done.all("set-cookie").count == 2)
    #expect(done.all("set-cookie").allSatisfy { $0.contains("Secure") })
    let page = try await visitor.get("/tenants/acme/active-directory-sync")
    #expect(page.status == 200)
    let plain = proxy.base.replacing("https", with: "http")
    let foreign = try await visitor.post(
      "/tenants/acme/sync", ["csrf": page.formToken ?? ""],
      options: ["--header", "Origin: \(plain)"])
    #expect([403, 404].contains(foreign.status))
    let signOut = try await visitor.post(
      "/sign-out", ["csrf": page.formToken ?? ""], options: ["--header", "Origin: \(plain)"])
    #expect(signOut.status == 403)
    let log = try service.started.log()
    #expect(log.contains("somebody signed in actor=local:maria address=\(Self.client)"), "\(log)")
    try await proxy.stop()
    #expect(try await service.stop().code == 0)
  }

  @Test("below a path, every page leads to addresses below it only, and all of them are there")
  func basePath() async throws {
    try await tenantctl.done("users", "import", "acme", Self.usersFile)
    try await tenantctl.done("sync", "acme")
    let service = try await RunTenantd(
      tenantctl, "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1", "--base-path", "/ad/")
    let port = try await service.pagesPort()
    let proxy = try await proxy(to: port, below: "/ad")
    let visitor = visitor(proxy)
    let form = try await visitor.get("/ad/sign-in")
    let done = try await visitor.post(
      "/ad/sign-in",
      [
        "csrf": form.formToken ?? "", "tenant": "acme", "login": "maria",
        "password": Self.password,
      ])
    #expect(done.all("location") == ["/ad/tenants/acme/active-directory-sync"])
    #expect(
      done.all("set-cookie").allSatisfy { $0.contains(/; Path=\/ad(;|$)/) }, "\(done.headers)")
    #expect(try await visitor.get("/ad/").all("location") == done.all("location"))
    let (addresses, pages) = try await crawl(
      visitor, from: ["/ad/tenants/acme/active-directory-sync"])
    #expect(pages > 40)
    let outside = addresses.filter { !$0.hasPrefix("/ad/") && !$0.hasPrefix("#") }
    #expect(outside.isEmpty, "\(outside)")
    let api = try await visitor.get("/ad/api/v1/openapi.json")
    #expect(api.status == 200 && api.body.contains("\"url\": \"/ad\""))
    // Who asks the service itself for an address without the path, or is sent on, is told.
    let direct = PageVisitor(tenantctl, "http://127.0.0.1:\(port)")
    for path in ["/sign-in", "/adx/sign-in", "/"] {
      #expect(try await direct.get(path).status == 404, "\(path)")
    }
    #expect(try await direct.get("/ad").all("location") == ["/ad/"])
    let needed = try await direct.get("/ad/tenants/acme/users")
    #expect(
      needed.all("location").first?.hasPrefix("/ad/sign-in?tenant=acme&next=%2Ftenants") == true)
    let out = try await visitor.post(
      "/ad/sign-out",
      ["csrf": try await visitor.get("/ad/tenants/acme/users").formToken ?? ""])
    #expect(out.all("location") == ["/ad/sign-in"])
    try await proxy.stop()
    #expect(try await service.stop().code == 0)
  }

  private static let usersFile =
    RunTenantctl.repository.appending(path: "tenants/users/acme-users.csv").path

  /// Goes to every page that others lead to, of each kind a few.
  ///
  /// - Returns: all addresses in them, and how many pages were looked at.
  private func crawl(
    _ visitor: PageVisitor, from first: [String]
  ) async throws -> (addresses: Set<String>, pages: Int) {
    var (waiting, seen, addresses): ([String], Set<String>, Set<String>) = (first, Set(first), [])
    var kinds: [String: Int] = [:]
    var pages = 0
    while let address = waiting.popLast() {
      let answer = try await visitor.get(address)
      #expect([200, 409].contains(answer.status), "\(address): \(answer.status)")
      pages += 1
      guard answer.all("content-type").first?.hasPrefix("text/html") == true else { continue }
      for match in answer.body.matches(of: /\s(href|src|action|formaction|data-progress)="([^"]*)"/)
      {
        let found = String(match.2).replacing("&amp;", with: "&")
        addresses.insert(found)
        guard match.1 != "action", match.1 != "formaction", found.hasPrefix("/"),
          !found.contains("export.")
        else { continue }
        // Names, numbers and values of filters are left out of what kind a page is.
        let kind = found.replacing(/(rows|users|runs)\/[^\/?]+/, with: "$1").replacing(
          /=[^&]*/, with: "")
        guard seen.insert(found).inserted, kinds[kind, default: 0] < 2 else { continue }
        kinds[kind, default: 0] += 1
        waiting.append(found)
      }
    }
    return (addresses, pages)
  }

  @Test("limits, log and audit are the client's, whatever the client claims to be")
  func addresses() async throws {
    let service = try await RunTenantd(
      tenantctl, "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1")
    let port = try await service.pagesPort()
    let proxy = try await proxy(to: port)
    let forged = ["--header", "X-Forwarded-For: 6.6.6.6", "--header", "X-Forwarded-Proto: http"]
    let through = visitor(proxy)
    #expect(try await through.signIn("acme", "maria", "wrong", options: forged).status == 401)
    // Past the proxy, from an address that nobody trusts.
    let past = PageVisitor(
      tenantctl, "http://127.0.0.1:\(port)", options: ["--interface", "127.0.0.6"])
    let direct = try await past.signIn(
      "acme", "maria", "wrong", options: ["--header", "X-Forwarded-For: 7.7.7.7"])
    #expect(direct.status == 401)
    #expect(direct.all("strict-transport-security").isEmpty)
    let audit = try tenantctl.read("state/audit.log")
    #expect(audit.contains("unknown@\(Self.client)") && audit.contains("unknown@127.0.0.6"))
    let log = try service.started.log()
    for forged in ["6.6.6.6", "7.7.7.7", "address=127.0.0.1 "] {
      #expect(!(log + audit).contains(forged), "\(forged)")
    }
    try await proxy.stop()
    #expect(try await service.stop().code == 0)
  }

  @Test("without --trusted-proxy everybody is the proxy")
  func untrusted() async throws {
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let proxy = try await proxy(to: try await service.pagesPort())
    let answer = try await visitor(proxy).signIn("acme", "maria", "wrong")
    #expect(answer.status == 401)
    #expect(answer.all("strict-transport-security").isEmpty)
    #expect(try tenantctl.read("state/audit.log").contains("unknown@127.0.0.1"))
    try await proxy.stop()
    #expect(try await service.stop().code == 0)
  }
}

/// A port of 127.0.0.1 that nobody listens on.
private func freePort() throws -> Int {
  let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isBound = withUnsafeMutableBytes(of: &address) { bytes in
    let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
    return bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
  }
  try #require(isBound)
  return Int(UInt16(bigEndian: address.sin_port))
}
