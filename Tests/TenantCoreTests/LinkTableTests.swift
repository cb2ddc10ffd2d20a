import TenantCore
import Testing

/// The packed table against the links themselves.
@Suite struct LinkTableTests {
  private static func links(_ count: Int, _ random: inout some RandomNumberGenerator) -> [Link] {
    (0..<count).compactMap { number in
      let bytes = (0..<16).map { UInt8(truncatingIfNeeded: $0 < 8 ? number >> ($0 * 8) : 9) }
      return ObjectGUID(bytes: bytes).map { guid in
        Link(
          guid: guid, userID: Int64(number + 1), run: Int64.random(in: 0...3, using: &random),
          domain: ["ACME", "Ümlaut", ""].randomElement(using: &random) ?? "",
          login: String(repeating: "ä", count: Int.random(in: 0...3, using: &random)),
          userName: Bool.random(using: &random) ? "u\(number)" : "",
          parent: [nil, [], Array("OU=x".utf8)].randomElement(using: &random) ?? nil)
      }
    }
  }

  @Test("every link comes out as it went in, and is found by its GUID (M7)")
  func reference() throws {
    var random = SystemRandomNumberGenerator()
    for count in [0, 1, 2, 7, 8, 9, 500] {
      let links = Self.links(count, &random).shuffled(using: &random)
      let table = LinkTable(links)
      #expect(table.count == count && table.isEmpty == links.isEmpty)
      #expect((0..<table.count).map { table[$0] } == links)
      let index = LinkIndex(table)
      for (number, link) in links.enumerated() {
        #expect(index.link(of: link.guid) == number)
        #expect(
          table.wasSeen(number, domain: Array(link.domain.utf8), login: table.login(of: number)))
        #expect(!table.wasSeen(number, domain: Array("other".utf8), login: table.login(of: number)))
      }
      let absent = try #require(ObjectGUID(bytes: [UInt8](repeating: 200, count: 16)))
      #expect(index.link(of: absent) == nil)
    }
  }
}
