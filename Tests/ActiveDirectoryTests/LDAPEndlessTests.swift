import Administration
import Authorization
import Harness
import TenantCore
import Testing

@testable import ActiveDirectory

private typealias M = LDAPMessages

@Suite(
  "T2: A server that never ends is left, and what it sends is bounded", .timeLimit(.minutes(2)))
struct LDAPEndlessTests {
  private struct Read {
    var records = 0
    var faults: [RecordFault] = []
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
          all.records += batch.count
          all.faults += batch.faults.values
        case .restarted: all.restarts += 1
        case .finished(let report): all.report = report
        }
      }
    } catch {
      all.error = error as? DirectoryError
    }
    return all
  }

  /// What the cookies and the entries of the pages do.
  enum Pages: CaseIterable {
    case sameOfBoth, newCookies, newEntries, newOfBoth, fiveInTurn
  }

  @Test(
    "Users without end: the same or ever new ones, with the same or ever new cookies",
    arguments: Pages.allCases)
  func pages(_ pages: Pages) async throws {
    let server = try LDAPScriptedServer { request in
      let number = request.search
      let isNewCookie = [.newCookies, .newOfBoth].contains(pages)
      let entry =
        switch pages {
        case .sameOfBoth, .newCookies: 0
        case .newEntries, .newOfBoth: number
        case .fiveInTurn: number % 5
        }
      return [
        .send(M.person(request.id, "user\(entry)", number: entry)),
        .send(M.done(request.id, cookie: isNewCookie ? "a\(number)" : "a")),
      ]
    }
    let all = await read(server.reader(units: ["OU=Staff"], maxUsers: 300))
    let words =
      [.newEntries, .newOfBoth].contains(pages)
      ? "sends more than 300 users; if there are so many, raise 'maxUsers'"
      : "sends the same pages without end"
    #expect(all.error?.code == .incomplete)
    #expect(
      all.error?.message.hasPrefix(
        "'OU=Staff,DC=acme,DC=example' was not read to its end: 127.0.0.1:\(server.port) \(words)")
        == true, "\(all)")
    #expect(all.records <= 301 && all.report == nil)
  }

  @Test("A cookie that stays the same to the last page, as Samba's does, is no endless one")
  func sameCookie() async throws {
    let server = try LDAPScriptedServer { request in
      [
        .send(M.person(request.id, "user\(request.search)", number: request.search)),
        .send(M.done(request.id, cookie: request.search < 49 ? "a" : "")),
      ]
    }
    #expect(await read(server.reader(pageSize: 1)).report?.records == 50)
  }

  @Test("Users that come again because they were renamed meanwhile end no read of small pages")
  func renamed() async throws {
    let server = try LDAPScriptedServer { request in
      let number = request.search < 40 ? request.search : request.search - 40
      return [
        .send(M.person(request.id, "user\(number)", number: number)),
        .send(M.done(request.id, cookie: request.search < 75 ? "a\(request.search)" : "")),
      ]
    }
    #expect(await read(server.reader(pageSize: 1)).report?.records == 76)
  }

  @Test("One answer without end is left at a number of bytes, not when memory is full")
  func answer() async throws {
    let server = try LDAPScriptedServer { request in
      let entries = (0..<64).flatMap { number in
        M.person(
          request.id, "user\(number)", number: number,
          more: [("mail", [[UInt8](repeating: 65, count: 1 << 18)])])
      }
      return [LDAPScriptedServer.Reply](repeating: .send(entries), count: 1000)
    }
    let all = await read(server.reader(timeout: .seconds(60)))
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("one answer has more than 256 MiB") == true, "\(all)")
    #expect(all.records == 0)
  }

  @Test(
    "A list of values whose parts never end makes one record invalid and hides no other (M14)",
    arguments: [(1, "comes in more than 200 parts"), (1500, "is beyond 100000 values"), (0, "")])
  func ranges(count: Int, words: String) async throws {
    let server = try LDAPScriptedServer { request in
      guard let option = request.text.firstRange(of: "range=") else {
        return [
          .send(
            M.person(
              request.id, "user1", number: 1, more: [("proxyAddresses;range=0-0", [[65]])])),
          .send(M.person(request.id, "user2", number: 2)), .send(M.done(request.id)),
        ]
      }
      let start = Int(request.text[option.upperBound...].prefix { $0 != "-" }) ?? 0
      let values = [[UInt8]](repeating: [65], count: count)
      let name = "proxyAddresses;range=\(start)-\(start + count - 1)"
      return [
        .send(M.entry(request.id, request.base, [(name, values)])), .send(M.done(request.id)),
      ]
    }
    let all = await read(server.reader())
    #expect(all.records == 2)
    #expect(all.faults == [.undecodable(attribute: "proxyAddresses")])
    let words = words.isEmpty ? "comes in parts of which one follows itself" : words
    #expect(all.report?.findings.map(\.code) == [.valueTooLong])
    #expect(all.report?.findings.first?.subject == "ACME\\user1")
    #expect(all.report?.findings.first?.message.contains("proxyAddresses \(words)") == true)
  }

  @Test(
    "A cookie that the server does not know, as behind a load balancer: read again from page one",
    arguments: [1, 2, 12, 53] as [UInt8])
  func foreignCookie(code: UInt8) async throws {
    let server = try LDAPScriptedServer { request in
      let user = M.person(request.id, "user\(request.search)", number: request.search)
      if request.cookie.isEmpty { return [.send(user), .send(M.done(request.id, cookie: "a"))] }
      guard request.connection > 0 else { return [.send(M.done(request.id, code: code))] }
      return [.send(user), .send(M.done(request.id))]
    }
    let all = await read(server.reader())
    #expect(all.restarts == 1)
    #expect(all.report?.records == 2)
    #expect(
      all.report?.findings.first?.message.contains("it does not go on after page 1") == true)
  }

  @Test("A cookie that no server knows is tried once more, and no more")
  func foreignCookies() async throws {
    let server = try LDAPScriptedServer { request in
      guard request.cookie.isEmpty else { return [.send(M.done(request.id, code: 53))] }
      return [
        .send(M.person(request.id, "user1", number: 1)), .send(M.done(request.id, cookie: "a")),
      ]
    }
    let all = await read(server.reader())
    #expect(all.error?.code == .incomplete)
    #expect(all.error?.message.contains("it does not go on after page 1") == true)
    #expect(server.connected == 2)
  }

  @Test(
    "One byte a second is waited for no longer than the timeout, at the bind and in a page",
    arguments: [true, false])
  func drip(atBind: Bool) async throws {
    let drip: LDAPScriptedServer.Script = { request in
      M.bound(request.id).flatMap { [.send([$0]), .pause(.milliseconds(200))] }
    }
    let server =
      atBind
      ? try LDAPScriptedServer(binds: drip) { _ in [] } : try LDAPScriptedServer(drip)
    let all = await read(server.reader(timeout: .seconds(1)))
    #expect(all.error?.code == (atBind ? .unavailable : .incomplete))
    #expect(all.error?.message.contains("no answer within 1 s") == true, "\(all)")
  }
}
