import Testing

@testable import PluginContract

@Suite("Punycode (RFC 3492)")
struct PunycodeTests {
  private func decoded(_ label: String) -> String? {
    Punycode.decode(Array(label.utf8)[...]).map { String($0) }
  }

  @Test(
    "labels are what they stand for",
    arguments: [
      ("mller-kva", "müller"), ("MLLER-KVA", "MüLLER"), ("strae-oqa", "straße"),
      ("bcher-kva", "bücher"), ("r8jz45g", "例え"), ("80akhbyknj4f", "испытание"),
      ("hxajbheg2az3al", "παράδειγμα"), ("mgbh0fb", "مثال"), ("a-", "a"), ("-", ""),
      ("e28h", "😀"),
    ])
  func labels(label: String, text: String) {
    #expect(decoded(label) == text)
  }

  @Test(
    "what is no label, is too long or names no character is none",
    arguments: [
      "", "!", "ab-!", "zzzzzz", "99999999", "a-99999999999999", "é", "0",
      String(repeating: "a", count: 64),
    ])
  func malformed(label: String) {
    #expect(decoded(label) == nil)
  }

  @Test("no label of letters and digits traps", arguments: 0..<50)
  func anyLabel(seed: Int) {
    var state = UInt64(seed) &* 977 &+ 5
    func below(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789-")
    for _ in 0..<40 {
      let length = below(64)
      _ = decoded(String((0..<length).map { _ in letters[below(letters.count)] }))
    }
  }
}
