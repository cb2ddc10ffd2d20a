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
    var differing: [String] = []
    // What has no case and is no letter of a small alphabet goes by the hundred.
    var rare = ""
    for scalar in (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init) {
      if scalar.value > 0x600, !scalar.properties.isCased {
        rare += "\(scalar)x"
        guard rare.utf8.count > 400 else { continue }
        if differs(Array(rare.utf8)) { differing.append(rare) }
        rare = ""
      } else {
        let texts = [
          "\(scalar)", "xY\(scalar)Z", "Ä\(scalar)", "\(scalar)\u{301}", " \(scalar)б",
        ]
        differing += texts.filter { differs(Array($0.utf8)) }
      }
    }
    #expect(differing.isEmpty && !differs(Array(rare.utf8)))
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

  @Test("M5: what is told without making the form is the form", arguments: 0..<64)
  func plainly(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var told = 0
    for _ in 0..<200 {
      var value = Array(random.text(upTo: 12).utf8)
      if random.number(below: 2) == 0 { value = value.map { $0 & 0x7F } }
      let form = CanonicalReference.form(of: value)
      var others = [value, form ?? [], Array((form ?? []).dropLast())]
      for byte in (form ?? []).indices.prefix(3) {
        var other = form ?? []
        other[byte] ^= 0x20
        others.append(other)
      }
      for other in others where CanonicalText.isPlainly(other[...], formOf: value[...]) {
        #expect(other == form, "\(value)")
        told += 1
      }
    }
    #expect(told > 0)
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
