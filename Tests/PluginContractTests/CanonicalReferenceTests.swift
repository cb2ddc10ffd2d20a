import Harness
import Testing

@testable import PluginContract

@Suite("Canonical text against its definition (M5)")
struct CanonicalReferenceTests {
  private func differs(_ value: [UInt8]) -> Bool {
    CanonicalText.of(value) != CanonicalReference.form(of: value)
  }

  @Test("M5: every scalar alone, between letters, and behind each kind of neighbour")
  func everyScalar() {
    var differing: [Unicode.Scalar] = []
    for scalar in (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init) {
      let isRare = scalar.value > 0x3000 && !scalar.properties.isCased
      let texts =
        isRare
        ? ["\(scalar)"]
        : ["\(scalar)", "xY\(scalar)Z", "Ä\(scalar)", "\(scalar)\u{301}", " \(scalar)б"]
      if texts.contains(where: { differs(Array($0.utf8)) }) { differing.append(scalar) }
    }
    #expect(differing.isEmpty)
  }

  @Test("M5: every length, with every kind of letter at every place", arguments: 0...40)
  func everyLength(length: Int) {
    let strangers: [[UInt8]] = [
      [0x41], [0x5A], [0x5B], [0x40], [0x20], [0x09], [0x80], [0xC3], [0xFF], Array("Ä".utf8),
      Array("Б".utf8), Array("漢".utf8), Array("\u{301}".utf8), Array("\u{A0}".utf8),
      Array("ß".utf8),
    ]
    for place in 0...length {
      for stranger in strangers {
        var value = [UInt8](repeating: 0x4D, count: length)
        value.insert(contentsOf: stranger, at: place)
        #expect(!differs(value), "\(value)")
      }
    }
  }

  @Test("M5: random text, behind bytes of any number, which stay", arguments: 0..<64)
  func random(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<200 {
      var value = Array(random.text(upTo: 24).utf8)
      if random.number(below: 4) == 0 { value += random.bytes(upTo: 3) }
      let before = [UInt8](repeating: 0x41, count: seed)
      var output = before
      let isText = CanonicalText.append(value.span, to: &output)
      #expect(output == before + (CanonicalReference.form(of: value) ?? []))
      #expect(isText == (CanonicalReference.form(of: value) != nil))
    }
  }
}
