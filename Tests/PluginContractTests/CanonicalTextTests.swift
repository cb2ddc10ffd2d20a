import PluginContract
import Testing

@Suite("Canonical text (M5)")
struct CanonicalTextTests {
  @Test(
    "M5: case is folded fully",
    arguments: [
      ("Straße", "STRASSE"), ("Straẞe", "strasse"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ﬃ", "FFI"),
      ("ŉ", "ʼN"), ("ǰ", "J\u{30C}"), ("\u{212A}", "k"), ("\u{212B}", "å"), ("ſ", "S"),
      ("µ", "Μ"), ("ᾳ", "ΑΙ"), ("Ꭰ", "\u{AB70}"), ("Ᏸ", "\u{13F8}"), ("ǅ", "ǆ"), ("Ꙋ", "ꙋ"),
      ("İ", "i\u{307}"), ("𐐀", "𐐨"),
    ])
  func fold(one: String, other: String) {
    #expect(Array(CanonicalText.of(one).utf8) == Array(CanonicalText.of(other).utf8))
  }

  @Test("M5: U+00C0 to U+00FF, which are folded byte by byte, are folded as all others are")
  func latin1() {
    let letters = (0xC0...0xFF).compactMap { Unicode.Scalar(UInt32($0)) }
    for one in letters {
      for text in ["\(one)", "a\(one)B", " \(one)\(one) ", "x\(one)\u{301}"] {
        // The last letter is not among them, so that the whole text is folded scalar by scalar.
        let slow = CanonicalText.of(text.drop { $0 == " " }.description + "\u{3B1}")
        let fast = CanonicalText.of(text)
        #expect(
          Array((fast + "\u{3B1}").utf8) == Array(slow.replacing(" \u{3B1}", with: "\u{3B1}").utf8))
      }
    }
  }

  @Test(
    "M5: different letters stay different, accents are kept",
    arguments: [
      ("ä", "a"), ("ä", "ae"), ("ı", "i"), ("İ", "i"), ("ø", "o"), ("é", "è"), ("ñ", "n"),
      ("σ", "ο"), ("１", "1"), ("ß", "s"), ("ъ", "ь"), ("ﬁ", "f"), ("a b", "ab"),
    ])
  func keep(one: String, other: String) {
    #expect(Array(CanonicalText.of(one).utf8) != Array(CanonicalText.of(other).utf8))
  }

  @Test(
    "M5: white space around a value goes, inside it stays",
    arguments: [
      " ", "\t", "\r\n", "\u{B}", "\u{C}", "\u{85}", "\u{A0}", "\u{1680}", "\u{2000}",
      "\u{200A}", "\u{2028}", "\u{2029}", "\u{202F}", "\u{205F}", "\u{3000}", " \u{A0} \t",
    ])
  func trim(space: String) {
    #expect(CanonicalText.of("\(space)Anna\(space)Lena\(space)") == "anna\(space)lena")
    #expect(CanonicalText.of("\(space)Ännä\(space)") == "ännä")
    #expect(CanonicalText.of(space) == "")
  }

  @Test("M5: composed and decomposed letters are one (NFC)")
  func composition() {
    #expect(CanonicalText.of(Array("JU\u{308}RGEN".utf8)) == Array("jürgen".utf8))
    // The order of marks on different sides of a letter is none.
    let marks = ["a\u{323}\u{302}", "a\u{302}\u{323}", "ậ"].map { CanonicalText.of($0).utf8.count }
    #expect(Set(marks) == [3])
  }

  @Test("invisible characters are part of a value: only a near miss looks through them")
  func invisible() {
    #expect(CanonicalText.of("j\u{200B}smith") != "jsmith")
    #expect(CanonicalText.of("\u{FEFF}jsmith") != "jsmith")
  }

  @Test(
    "what is not UTF-8 is refused and nothing is appended",
    arguments: [
      [0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x61, 0x80], [0xF5, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalid(bytes: [UInt8]) {
    #expect(CanonicalText.of(bytes) == nil)
    var output = Array("kept".utf8)
    #expect(!CanonicalText.append(Array("AB".utf8) + bytes, to: &output))
    #expect(output == Array("kept".utf8))
  }

  @Test("the fast path for ASCII agrees with the slow one, for every byte and place")
  func fastPath() {
    for byte in UInt8(0)..<0x80 {
      for text in [[byte], [byte, 0x41, byte], [0x5A, byte, 0x41]] {
        // A letter beyond ASCII sends the same value down the slow path.
        let slow = CanonicalText.of([0xC3, 0xA4] + text + [0xC3, 0xA4]).map {
          $0.dropFirst(2).dropLast(2)
        }
        let fast = CanonicalText.of([0x78] + text + [0x78]).map { $0.dropFirst().dropLast() }
        #expect(slow.map { Array($0) } == fast.map { Array($0) }, "\(text)")
      }
      let isSpace = Unicode.Scalar(byte).properties.isWhitespace
      #expect((CanonicalText.of([byte, byte])?.isEmpty == true) == isSpace, "\(byte)")
    }
  }

  @Test("every kind of collection gives the same form")
  func collections() {
    let bytes = Array("  ÄB c ".utf8)
    let expected = CanonicalText.of(bytes)
    #expect(CanonicalText.of(bytes[...]) == expected)
    #expect(CanonicalText.of("  ÄB c ".utf8) == expected)
    #expect(CanonicalText.of(bytes.lazy.map { $0 }) == expected)
  }

  @Test("the form of a form is itself, for every character in every case")
  func idempotent() {
    var differing: [Unicode.Scalar] = []
    for scalar in (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init)
    where !(0xAC00..<0xD7A4).contains(scalar.value) && scalar.properties.isCased {
      let form = CanonicalText.of(String(scalar))
      let upper = CanonicalText.of(scalar.properties.uppercaseMapping)
      if CanonicalText.of(form) != form || (upper != form && scalar != "ı") {
        differing.append(scalar)
      }
    }
    #expect(differing.isEmpty)
  }
}
