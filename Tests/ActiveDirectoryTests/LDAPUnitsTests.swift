import Administration
import Authorization
import Foundation
import Glibc
import Harness
import Logging
import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import ActiveDirectory

private typealias M = LDAPMessages

@Suite(
  "P10: Organizational units are read at once, each over a connection of its own",
  .timeLimit(.minutes(5)))
struct LDAPUnitsTests {
  private struct Read {
    var logins: [String] = []
    var exclusions = 0
    var restarts = 0
    var report: ReadReport?
    var error: DirectoryError?
  }

  private func read(_ reader: LDAPDirectoryReader) async -> Read {
    var all = Read()
    do {
      for try await event in reader.users(attributes: ["proxyAddresses"], at: .now()) {
        switch event {
        case .batch(let batch):
          let column = batch.records.column("sAMAccountName")?.raw
          all.logins += (0..<batch.count).map { column?.text(of: $0) ?? "" }
          all.exclusions += batch.exclusions.count
        case .restarted: all = Read(restarts: all.restarts + 1)
        case .finished(let report): all.report = report
        }
      }
    } catch {
      all.error = error as? DirectoryError
    }
    all.logins.sort()
    return all
  }

  /// A domain controller, the same one on every connection.
  private static let name: @Sendable (Int) -> String? = { _ in "CN=NTDS Settings,CN=DC1" }

  private static func units(_ count: Int) -> [String] { (0..<count).map { "OU=Unit\($0)" } }

  /// The number of the unit that a search is for.
  private static func unit(_ request: LDAPScriptedServer.Request) -> Int {
    Int(request.base.dropFirst(7).prefix { $0.isNumber }) ?? -1
  }

  private static func user(_ request: LDAPScriptedServer.Request) -> [UInt8] {
    M.person(request.id, "user\(unit(request))", number: unit(request) + 1)
  }

  /// Lets nobody pass until as many have come as it is for.
  private final class Barrier: Sendable {
    private let count: Int
    private let come = Atomic<Int>(0)

    init(_ count: Int) { self.count = count }

    func pass() {
      come.add(1, ordering: .relaxed)
      while come.load(ordering: .relaxed) < count { usleep(1000) }
    }
  }

  @Test("no unit waits for another: no page is answered before every unit was asked for")
  func atOnce() async throws {
    let barrier = Barrier(5)
    let server = try LDAPScriptedServer(name: Self.name) { request in
      if request.cookie.isEmpty { barrier.pass() }
      let cookie = request.cookie.isEmpty ? "a" : ""
      return [.send(Self.user(request)), .send(M.done(request.id, cookie: cookie))]
    }
    let all = await read(server.reader(units: Self.units(5), timeout: .seconds(60)))
    #expect(all.logins == (0..<5).flatMap { ["user\($0)", "user\($0)"] })
    #expect(all.report?.records == 10 && all.report?.pages == 10)
    #expect(server.connected == 5)
  }

  @Test("there is a limit of connections, and every unit is read")
  func limit() async throws {
    let barrier = Barrier(UnitWorkers.maximumConnections)
    let server = try LDAPScriptedServer(name: Self.name) { request in
      barrier.pass()
      return [.send(Self.user(request)), .send(M.done(request.id))]
    }
    let all = await read(server.reader(units: Self.units(30), timeout: .seconds(60)))
    #expect(all.logins == (0..<30).map { "user\($0)" }.sorted())
    #expect(server.connected == UnitWorkers.maximumConnections)
  }

  @Test(
    "T2: no unit is read over a connection that may lead to another server",
    arguments: [[nil, nil], ["CN=DC1", "CN=DC2"], ["CN=DC1", nil]] as [[String?]])
  func oneServer(names: [String?]) async throws {
    let server = try LDAPScriptedServer(name: { names[min($0, 1)] }) { request in
      let user = M.person(request.id, "on\(request.connection)", number: Self.unit(request) + 1)
      return [.send(user), .send(M.done(request.id))]
    }
    let all = await read(server.reader(units: Self.units(4)))
    #expect(all.logins == ["on0", "on0", "on0", "on0"])
    #expect(all.report?.records == 4)
  }

  @Test("a server that grants one connection is read over it")
  func oneConnection() async throws {
    let isFirst = Atomic<Bool>(true)
    let server = try LDAPScriptedServer(
      name: Self.name,
      binds: { request in
        let isGranted = isFirst.exchange(false, ordering: .relaxed)
        return [.send(M.message(request.id, M.result(0x61, isGranted ? 0 : 53)))]
      }
    ) { request in
      [.send(Self.user(request)), .send(M.done(request.id))]
    }
    let all = await read(server.reader(units: Self.units(4)))
    #expect(all.logins == (0..<4).map { "user\($0)" })
    #expect(all.report?.findings.isEmpty == true)
  }

  @Test("T2: a connection that is lost makes all of them void: everything is read again")
  func lost() async throws {
    let losses = Atomic<Int>(0)
    let server = try LDAPScriptedServer(name: Self.name) { request in
      if Self.unit(request) == 2, losses.add(1, ordering: .relaxed).newValue == 1 {
        return [.close]
      }
      return [.send(Self.user(request)), .send(M.done(request.id))]
    }
    let all = await read(server.reader(units: Self.units(4)))
    #expect(all.restarts == 1)
    #expect(all.logins == (0..<4).map { "user\($0)" })
    #expect(all.report?.records == 4)
    #expect(all.report?.findings.map(\.code) == [.serverLost])
  }

  @Test("T2: a unit that fails ends all others at once, and is the one that is named")
  func failure() async throws {
    let barrier = Barrier(4)
    let server = try LDAPScriptedServer(name: Self.name) { request in
      barrier.pass()
      guard Self.unit(request) == 3 else { return [] }
      return [.send(M.done(request.id, code: 4))]
    }
    let all = await read(server.reader(units: Self.units(4), timeout: .seconds(600)))
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("'OU=Unit3,DC=acme,DC=example'") == true, "\(all)")
    #expect(all.report == nil)
  }

  @Test("a read that nobody needs any more ends on every connection")
  func abandoned() async throws {
    let server = try LDAPScriptedServer(name: Self.name) { request in
      let user = M.person(request.id, "user\(request.search)", number: request.search + 1)
      return [.send(user + M.done(request.id, cookie: "\(request.search)"))]
    }
    let reader = server.reader(units: Self.units(6), timeout: .seconds(600))
    for try await _ in reader.users(attributes: [], at: .now()) { break }
    try await wait("the end of all connections") {
      server.left == server.connected ? true : nil
    }
  }

  @Test("the program that tells the password is run once for all connections")
  func password() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let runs = folder.appending(path: "runs").path
    let barrier = Barrier(5)
    let server = try LDAPScriptedServer(name: Self.name) { request in
      barrier.pass()
      return [.send(Self.user(request)), .send(M.done(request.id))]
    }
    var reader = server.reader(units: Self.units(5), timeout: .seconds(60))
    var settings = reader.settings
    settings.bind = .simple(
      user: "reader", password: .command(["sh", "-c", "echo run >> '\(runs)'; printf secret"]))
    reader = LDAPDirectoryReader(
      directory: reader.directory, index: 0, settings: settings, logger: reader.logger)
    #expect(await read(reader).report?.records == 5)
    #expect(try String(contentsOfFile: runs, encoding: .utf8) == "run\n")
  }

  @Test("M13: whom a filter excludes in one unit is known before any other unit is read")
  func exclusion() async throws {
    let server = try LDAPScriptedServer(name: Self.name) { request in
      let isExclusion = request.text.contains("excluded")
      // Everybody is found in every unit, the excluded ones by the search in unit 2 only.
      let users = (0..<3).flatMap { M.person(request.id, "user\($0)", number: $0 + 1) }
      let found = isExclusion && Self.unit(request) != 2 ? [] : users
      return [.send(found), .send(M.done(request.id))]
    }
    let plain = server.reader(units: Self.units(4))
    let reader = LDAPDirectoryReader(
      directory: Directory(
        domain: "ACME", source: .ldap(plain.settings),
        exclusions: Exclusions(filter: "(description=excluded)")),
      index: 0, settings: plain.settings, logger: plain.logger)
    let all = await read(reader)
    #expect(all.logins.count == 12 && all.exclusions == 12)
  }

  @Test("P1: the next page is asked for before this one is decoded")
  func nextPageFirst() async throws {
    let asked = Mutex<[String]>([])
    let server = try LDAPScriptedServer(name: Self.name) { request in
      let isPart = request.text.contains("range=1-*")
      asked.withLock { $0.append(isPart ? "part" : "page '\(request.cookie)'") }
      if isPart {
        return [
          .send(M.entry(request.id, request.base, [("proxyAddresses;range=1-*", [[66]])])),
          .send(M.done(request.id)),
        ]
      }
      let user = M.user(request.id, 1, more: [("proxyAddresses;range=0-0", [[65]])])
      let cookie = ["": "a", "a": "b", "b": ""][request.cookie] ?? ""
      return [.send(user), .send(M.done(request.id, cookie: cookie))]
    }
    let all = await read(server.reader())
    #expect(all.report?.pages == 3)
    // What decoding asks for comes after the request for the next page.
    #expect(
      asked.withLock { $0 } == ["page ''", "page 'a'", "part", "page 'b'", "part", "part"])
  }
}
