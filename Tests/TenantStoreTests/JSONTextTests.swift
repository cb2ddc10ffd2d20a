import Harness
import Testing

@testable import TenantStore

@Suite("JSON in columns")
struct JSONTextTests {
  @Test("texts are read as they were written, and as a decoder reads them", arguments: 0..<200)
  func texts(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let texts = (0..<random.number(below: 4)).map { _ in random.text(upTo: 6) }
    var json: [UInt8] = []
    JSONText.append(texts, to: &json)
    #expect(try JSONText.texts(json[...]) == texts)
    #expect(try JSONText.decode([String].self, String(decoding: json, as: UTF8.self)) == texts)
  }

  @Test(
    "what is no array of strings is refused",
    arguments: [
      "", "[", "[\"", "[\"a", "[\"a\"", "[\"a\n\"]", "[\"a\"b\"]", "[\"\\\"]", "\"a\"", "[1]",
    ])
  func refused(json: String) {
    #expect(throws: StoreError.self) { try JSONText.texts(Array(json.utf8)[...]) }
  }
}
