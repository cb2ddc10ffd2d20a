import PluginContract
import Testing

@Suite("Hexadecimal")
struct HexTests {
  @Test("every byte is written as two lower case digits and read in either case")
  func bytes() {
    let all = Array(UInt8.min...UInt8.max)
    let text = Hex.text(all)
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff") && text.utf8.count == 512)
    #expect(Hex.bytes(text.utf8) == all)
    #expect(Hex.bytes(text.uppercased().utf8) == all)
    #expect(Hex.bytes("".utf8) == [])
  }

  @Test("half a pair, signs, blanks and what only looks like a digit are refused")
  func malformed() {
    for text in ["0", "0g", "+1", "-1", " 1", "1 ", "0x", "１２", "é"] {
      #expect(Hex.bytes(text.utf8) == nil, "\(text)")
    }
    #expect(!Hex.isDigit("１" as Unicode.Scalar) && !Hex.isDigit("g" as Unicode.Scalar))
    #expect(Hex.isDigit("F" as Unicode.Scalar) && Hex.isDigit("9" as Unicode.Scalar))
  }

  @Test("numbers have no sign and fit in 32 bits")
  func numbers() {
    #expect(Hex.number("1f600") == 0x1F600 && Hex.number("FFFFFFFF") == .max)
    for text in ["", "+1f", "-1", "1 f", "100000000"] {
      #expect(Hex.number(text) == nil, "\(text)")
    }
    #expect(Hex.text(of: UInt64.max) == "ffffffffffffffff")
    #expect(Hex.text(of: UInt8(0)) == "0" && Hex.text(of: UInt(0x2f), width: 8) == "0000002f")
    #expect(Hex.codePoint("\u{a0}") == "U+00A0" && Hex.codePoint("😀") == "U+1F600")
  }
}
