import Administration
import Authorization
import Harness
import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

private typealias M = LDAPMessages

@Suite("A server that misbehaves never passes for one that was read whole", .timeLimit(.minutes(5)))
struct LDAPFaultTests {
  private struct Read {
    var logins: [String] = []
    var anchors: [ObjectGUID?] = []
    var report: ReadReport?
    var addresses: [Int] = []
    var restarts = 0
    var error: DirectoryError?
  }

  private func read(
    _ reader: LDAPDirectoryReader, attributes: [String] = []
  ) async -> Read {
    var all = Read()
    do {
      for try await event in reader.users(attributes: attributes, at: .now()) {
        switch event {
        case .batch(let batch):
          let column = batch.records.column("sAMAccountName")?.raw
          all.logins += (0..<batch.count).map { column?.text(of: $0) ?? "" }
          all.anchors += batch.anchors
          if let values = attributes.first.flatMap({ batch.records.column($0)?.raw }) {
            all.addresses += (0..<batch.count).map { values.values(of: $0).count }
          }
        case .restarted: all = Read(restarts: all.restarts + 1)
        case .finished(let report): all.report = report
        }
      }
    } catch {
      all.error = error as? DirectoryError
    }
    return all
  }

  @Test("T2: dropped after a page: read again from page one, the rows so far void, with a finding")
  func dropThenFine() async throws {
    let server = try LDAPScriptedServer { request in
      switch (request.connection, request.cookie) {
      case (_, ""): [.send(M.user(request.id, 1)), .send(M.done(request.id, cookie: "a"))]
      case (0, _): [.close]
      default: [.send(M.user(request.id, 2)), .send(M.done(request.id))]
      }
    }
    let all = await read(server.reader())
    #expect(all.logins == ["user1", "user2"])
    #expect(all.restarts == 1)
    #expect(all.report?.findings.map(\.code) == [.serverLost])
  }

  @Test("T2: dropped after a page each time: incomplete")
  func drop() async throws {
    let server = try LDAPScriptedServer { request in
      guard request.cookie.isEmpty else { return [.close] }
      return [.send(M.user(request.id, 1)), .send(M.done(request.id, cookie: "a"))]
    }
    let all = await read(server.reader())
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("127.0.0.1:\(server.port) was lost") == true)
    #expect(all.report == nil)
  }

  @Test("T2: dropped in the middle of an entry: incomplete")
  func dropMidEntry() async throws {
    let server = try LDAPScriptedServer { request in
      [.send(M.user(request.id, 1).dropLast(9)), .close]
    }
    let all = await read(server.reader())
    #expect(all.error?.code == .incomplete)
    #expect(all.logins.isEmpty)
  }

  @Test("An empty page with a cookie goes on")
  func emptyPage() async throws {
    let server = try LDAPScriptedServer { request in
      switch request.cookie {
      case "": [.send(M.done(request.id, cookie: "a"))]
      case "a": [.send(M.done(request.id, cookie: "b"))]
      default: [.send(M.user(request.id, 1)), .send(M.done(request.id))]
      }
    }
    let all = await read(server.reader())
    #expect(all.logins == ["user1"])
    #expect(all.report?.pages == 3)
  }

  @Test("T2: a cookie that never ends stops", arguments: [true, false])
  func endless(isSameCookie: Bool) async throws {
    let server = try LDAPScriptedServer { request in
      [.send(M.done(request.id, cookie: isSameCookie ? "a" : "a\(request.search)"))]
    }
    let all = await read(server.reader())
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("without end") == true)
  }

  @Test("T2: a page that does not say whether it is the last one is no end", arguments: [1, 2])
  func silentEnd(page: Int) async throws {
    let server = try LDAPScriptedServer { request in
      let isLast = request.cookie == (page == 1 ? "" : "a")
      return [
        .send(M.user(request.id, 1)),
        .send(isLast ? M.message(request.id, M.result(0x65, 0)) : M.done(request.id, cookie: "a")),
      ]
    }
    let all = await read(server.reader(units: ["OU=Staff"]))
    #expect(all.error?.code == .incomplete)
    #expect(
      all.error?.message.contains(
        "'OU=Staff,DC=acme,DC=example' was not read to its end: 127.0.0.1:\(server.port) does not "
          + "say whether page \(page) is the last one") == true)
    #expect(all.report == nil)
  }

  @Test("T2: a list of values that is in the middle when the server is lost is read again, too")
  func lostInRange() async throws {
    let server = try LDAPScriptedServer { request in
      if request.text.contains("range=1-*") {
        guard request.connection > 0 else { return [.close] }
        return [
          .send(M.entry(request.id, request.base, [("proxyAddresses;range=1-*", [[66]])])),
          .send(M.done(request.id)),
        ]
      }
      return [
        .send(M.user(request.id, 1, more: [("proxyAddresses;range=0-0", [[65]])])),
        .send(M.done(request.id)),
      ]
    }
    let all = await read(server.reader(), attributes: ["proxyAddresses"])
    #expect(all.logins == ["user1"])
    #expect(all.addresses == [2])
    #expect(server.connected == 2)
  }

  @Test("Busy or unavailable, then fine: asked again", arguments: [51, 52] as [UInt8])
  func busy(code: UInt8) async throws {
    let server = try LDAPScriptedServer { request in
      guard request.search > 0 else { return [.send(M.done(request.id, code: code))] }
      return [.send(M.user(request.id, 1)), .send(M.done(request.id))]
    }
    let all = await read(server.reader())
    #expect(all.logins == ["user1"])
    #expect(all.report != nil)
  }

  @Test("T2: garbage instead of BER: incomplete")
  func garbage() async throws {
    let server = try LDAPScriptedServer { _ in
      [.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)), .close]
    }
    let all = await read(server.reader())
    #expect(all.error?.code == .incomplete)
  }

  @Test("T2: a server that never answers is given up after the timeout")
  func silence() async throws {
    let server = try LDAPScriptedServer { _ in [] }
    let all = await read(server.reader(timeout: .milliseconds(400)))
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("no answer within 0.4 s") == true)
  }

  @Test(
    "T2: size, time and administrative limits and referrals make it incomplete, naming the unit",
    arguments: [3, 4, 10, 11, 32, 50] as [UInt8])
  func results(code: UInt8) async throws {
    let server = try LDAPScriptedServer { request in
      [.send(M.user(request.id, 1)), .send(M.done(request.id, code: code))]
    }
    let all = await read(server.reader(units: ["OU=Staff"]))
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("'OU=Staff,DC=acme,DC=example'") == true)
    #expect(all.error?.message.contains("127.0.0.1") == true)
    #expect(all.report == nil)
  }

  @Test("T2: a part that is kept elsewhere makes it incomplete")
  func reference() async throws {
    let server = try LDAPScriptedServer { request in
      [
        .send(M.reference(request.id, "ldap://dc9/OU=Far,OU=Staff,DC=acme,DC=example")),
        .send(M.done(request.id)),
      ]
    }
    let all = await read(server.reader())
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("OU=Far") == true)
  }

  @Test("References to other partitions, as every domain's root gives them, are passed over")
  func partitions() async throws {
    let server = try LDAPScriptedServer { request in
      [
        .send(M.reference(request.id, "ldap://f/DC=ForestDnsZones,DC=acme,DC=example")),
        .send(M.reference(request.id, "ldap://c/CN=Configuration,DC=acme,DC=example")),
        .send(M.user(request.id, 1)), .send(M.done(request.id)),
      ]
    }
    #expect(await read(server.reader()).report?.records == 1)
  }

  @Test("A list of values in parts is followed to its end")
  func ranges() async throws {
    let server = try LDAPScriptedServer { request in
      func values(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("v\($0)".utf8) } }
      if request.text.contains("range=3-*") {
        return [
          .send(M.entry(request.id, request.base, [("proxyAddresses;range=3-4", values(2))])),
          .send(M.done(request.id)),
        ]
      }
      if request.text.contains("range=5-*") {
        return [
          .send(M.entry(request.id, request.base, [("proxyAddresses;range=5-*", values(1))])),
          .send(M.done(request.id)),
        ]
      }
      return [
        .send(
          M.user(
            request.id, 1, more: [("proxyAddresses", []), ("proxyAddresses;range=0-2", values(3))])),
        .send(M.done(request.id)),
      ]
    }
    #expect(await read(server.reader(), attributes: ["proxyAddresses"]).addresses == [6])
  }

  @Test("an attribute with an option, such as mail;lang-en, is another attribute")
  func options() async throws {
    let server = try LDAPScriptedServer { request in
      let values = [
        "proxyAddresses;lang-en", "proxyAddresses;binary", "proxyAddresses;x-a;range=0-1",
      ]
      return [
        .send(M.user(request.id, 1, more: values.map { ($0, [Array($0.utf8)]) })),
        .send(M.done(request.id)),
      ]
    }
    #expect(await read(server.reader(), attributes: ["proxyAddresses"]).addresses == [1])
  }

  @Test("M14: a value of 10 MB and an anchor of the wrong length hide no other user")
  func oddities() async throws {
    let server = try LDAPScriptedServer { request in
      let huge = [UInt8](repeating: 65, count: 10_000_000)
      return [
        .send(M.user(request.id, 1, more: [("mail", [huge])])),
        .send(M.user(request.id, 2, guid: [1, 2, 3])),
        .send(M.user(request.id, 3)), .send(M.done(request.id)),
      ]
    }
    let all = await read(server.reader())
    #expect(all.logins == ["user1", "user2", "user3"])
    #expect(all.anchors.map { $0 == nil } == [false, true, false])
  }
}
