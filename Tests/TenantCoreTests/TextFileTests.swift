import TenantCore
import Testing

@Suite("Text in the encodings that exports are written in")
struct TextFileTests {
  private static let text = "dn: CN=Müller\nsn: Łęcki €\nnote: 😀\n"

  private static func utf16(_ text: String, isLittleEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8))
      return isLittleEndian ? [low, high] : [high, low]
    }
  }

  @Test(
    "UTF-8 and UTF-16 of either order give the same text, and copy's Ctrl-Z at the end is none of it",
    arguments: [
      Array(text.utf8), utf16(text, isLittleEndian: true), utf16(text, isLittleEndian: false),
      Array(text.utf8) + [0x1A], utf16(text, isLittleEndian: true) + [0x1A],
      utf16(text, isLittleEndian: false) + [0x1A],
    ])
  func sameText(bytes: [UInt8]) throws {
    #expect(try String(decoding: TextFile(bytes).utf8, as: UTF8.self) == Self.text)
  }

  @Test(
    "byte order marks stay where they are, for the reader to pass over", arguments: [true, false])
  func byteOrderMarks(isLittleEndian: Bool) throws {
    let text = "\u{FEFF}a\n\u{FEFF}b\n"
    #expect(try TextFile(Array(text.utf8)).utf8 == Array(text.utf8))
    #expect(
      try TextFile(Self.utf16(text, isLittleEndian: isLittleEndian)).utf8 == Array(text.utf8))
  }

  @Test("a short file is what it is", arguments: [[], [0x61], [0x61, 0x0A], [0xEF, 0xBB, 0xBF]])
  func short(bytes: [UInt8]) throws {
    #expect(try TextFile(bytes).utf8 == bytes)
  }

  private static func file(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }

  private static let ascii = Array("sn,mail\nx,y\n".utf8)

  @Test(
    "what is neither is refused at its line, and the encoding that it looks like is named",
    arguments: [
      (file(ascii, [0x4D, 0xFC], Array("ller,\n".utf8)), 3, "looks like Windows-1252 (ANSI)"),
      (file(ascii, Array("O".utf8), [0x92], Array("Neil,\n".utf8)), 3, "Windows-1252 (ANSI)"),
      (file(ascii, [0x4D, 0x81], Array("ller,\n".utf8)), 3, "an OEM code page"),
      (file(ascii, [0xCF, 0xE5, 0xF2, 0xF0, 0x2C, 0x0A]), 3, "such as Windows-1251"),
      (file(Array("ü\n".utf8), [0x4D, 0xFC], Array("ller\n".utf8)), 2, "UTF-8 up to here"),
      (file(ascii, [0xFF, 0xFE, 0x61, 0]), 3, "from here on the file is UTF-16"),
      (file(ascii, [0xC3]), 3, "ends within a character"),
      (file(ascii, [0x61, 0, 0x0A]), 3, "a zero byte"),
      ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], 1, "UTF-32"),
      ([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61], 1, "UTF-32"), ([0x61, 0, 0, 0], 1, "UTF-32"),
      ([0, 0, 0, 0x61], 1, "UTF-32"),
      (file([0xFF, 0xFE, 0x61, 0, 0x0A, 0, 0x62]), 2, "ends within a character of UTF-16"),
      (file([0xFF, 0xFE, 0x0A, 0, 0x00, 0xDC, 0x61, 0]), 2, "not valid UTF-16"),
      (file([0xFF, 0xFE, 0x0A, 0, 0x3D, 0xD8, 0x61, 0]), 2, "not valid UTF-16"),
      (file([0xFF, 0xFE, 0x3D, 0xD8]), 1, "not valid UTF-16"),
      (file([0xFF, 0xFE, 0x61, 0, 0xFE, 0xFF, 0, 0x62]), 1, "not valid UTF-16"),
    ])
  func foreign(bytes: [UInt8], line: Int, words: String) throws {
    let error = try #require(#expect(throws: TextError.self) { try TextFile(bytes) })
    #expect(error.line == line)
    #expect(error.message.contains(words), "\(error.message)")
  }

  @Test("a file cut off anywhere within UTF-16 is text or refused, never a crash")
  func cut() throws {
    let whole = Self.utf16("\u{FEFF}" + Self.text, isLittleEndian: true)
    for length in 0..<whole.count {
      let text = try? TextFile(Array(whole.prefix(length))).utf8
      #expect(text.map { Array(("\u{FEFF}" + Self.text).utf8).starts(with: $0) } ?? true)
    }
  }
}
