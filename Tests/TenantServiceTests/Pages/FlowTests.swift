import PluginContract
import TenantCore
import Testing

@testable import TenantService

@Suite("What pages carry from one step to the next")
struct FlowTests {
  private let guid = ObjectGUID(bytes: Array(1...16))

  @Test(
    "a pair that was ticked comes back as it was",
    arguments: ["jane", "jane doe", " jane", "jane ", "a  b", "ä&=?/", "\u{301}x"])
  func pair(userName: String) throws {
    for row in [RowKey.guid(try #require(guid)), .record([1, 0xFF])] {
      let pair = PairField(row: row, userName: userName)
      #expect(PairField(pair.text) == pair)
    }
  }

  @Test("what is no pair is none", arguments: ["", " ", "x01", "x01 ", "nonsense jane", " jane"])
  func noPair(text: String) { #expect(PairField(text) == nil) }

  @Test(
    "the address after a run tells which run it waits for, and keeps the rest",
    arguments: [
      ("/tenants/acme/x", "/tenants/acme/x?after=7"),
      ("/tenants/acme/x?sort=smtp&page=2", "/tenants/acme/x?sort=smtp&page=2&after=7"),
      ("/tenants/acme/x?after=3&sort=smtp", "/tenants/acme/x?sort=smtp&after=7"),
    ])
  func address(back: String, address: String) {
    #expect(RunEnded.address(back, after: 7) == address)
  }

  @Test("every state has a word and a sentence of its own")
  func words() {
    for words in [StateWord.rows, StateWord.vanished] {
      #expect(Set(words.map(\.word)).count == words.count)
      #expect(Set(words.map(\.meaning)).count == words.count)
      #expect(words.allSatisfy { $0.meaning.hasSuffix(".") })
    }
  }

  @Test("times within a sentence have the one form of all pages")
  func times() {
    #expect(
      PageWords.sentence("unlinked by maria on 2026-11-22T13:00:07Z: left")
        == "unlinked by maria on 2026-11-22 13:00 UTC: left")
    #expect(PageWords.sentence("2026-11-22T13:00:07Z") == "2026-11-22 13:00 UTC")
    #expect(PageWords.sentence("2026-11-22T25:00:07Z, T, Z") == "2026-11-22T25:00:07Z, T, Z")
  }

  @Test("vanished links are searched, narrowed and ordered, with every link once")
  func vanished() throws {
    let links = try (0..<6).map { number in
      VanishedLink(
        link: Link(
          guid: try #require(ObjectGUID(bytes: [UInt8(number)] + Array(2...16))),
          userID: Int64(number), run: 1, domain: "ACME", login: "L\(number)",
          userName: "u\(5 - number)"),
        state: number % 2 == 0 ? .sourceDeleted : .sourceOutOfScope)
    }
    func logins(_ query: String) throws -> [String] {
      try VanishedQuery(FormFields(query)).chosen(links).map(\.link.login)
    }
    #expect(try logins("") == ["L0", "L1", "L2", "L3", "L4", "L5"])
    #expect(try logins("order=desc") == ["L5", "L4", "L3", "L2", "L1", "L0"])
    #expect(try logins("sort=user") == ["L5", "L4", "L3", "L2", "L1", "L0"])
    #expect(try logins("sort=state") == ["L0", "L2", "L4", "L1", "L3", "L5"])
    #expect(try logins("state=source-deleted&search=l4") == ["L4"])
    #expect(try logins("search=u0") == ["L5"])
    #expect(throws: WebFailure.self) { try VanishedQuery(FormFields("sort=nonsense")) }
  }
}
