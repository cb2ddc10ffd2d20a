import Harness
import Testing

@testable import TenantStore

@Suite("Any bytes as a text of PostgreSQL") struct PostgresTextTests {
  private func written(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    PostgresText.append(bytes[...], to: &text)
    return text
  }

  private func read(_ text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    text.withUnsafeBytes { PostgresText.appendOriginal($0, to: &bytes) }
    return bytes
  }

  @Test("usual texts stay as they are")
  func usual() {
    for text in ["", "jsmith", "Zoë", "李伟", "😀\u{10FEFF}", "\u{E000}\u{FFFE}"] {
      #expect(written(Array(text.utf8)) == Array(text.utf8))
    }
  }

  @Test("whatever it is, it has no NUL, is UTF-8, and comes back; two stay two")
  func any() {
    var random = SeededGenerator(seed: 31)
    let pieces: [[UInt8]] = [
      [0], [0xFF], [0xF4, 0x8F, 0xBC, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x8F], [0xBC, 0x80],
      [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], Array("ä".utf8), Array("a".utf8),
      Array("😀".utf8), [0xE2, 0x82],
    ]
    var seen: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<random.number(below: 5) {
        bytes +=
          random.number(below: 4) == 0
          ? random.bytes(upTo: 3) : pieces[random.number(below: pieces.count)]
      }
      let text = written(bytes)
      #expect(!text.contains(0) && String(validating: text, as: UTF8.self) != nil, "\(bytes)")
      #expect(read(text) == bytes)
      #expect(text.withUnsafeBytes { PostgresText.standsForBytes($0) } == (text != bytes))
      if let other = seen.updateValue(bytes, forKey: text) { #expect(other == bytes) }
    }
  }
}
