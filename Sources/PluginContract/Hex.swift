/// Bytes and numbers in base sixteen: the one rule for every text that holds such digits.
package enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  // MARK: - Reading

  /// The value of a digit, in either case; nil if the byte is none.
  @inlinable
  package static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// True for a digit, in either case.
  @inlinable
  package static func isDigit(_ byte: UInt8) -> Bool { value(byte) != nil }

  /// True for a digit, in either case; full width ones are none.
  package static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && isDigit(UInt8(truncatingIfNeeded: scalar.value))
  }

  /// The bytes that pairs of digits name; nil for anything else.
  package static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for digit in digits {
      guard let value = value(digit) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }

  /// The number that 1 to 8 digits write, without a sign; nil for anything else.
  package static func number(_ text: some StringProtocol) -> UInt32? {
    guard (1...8).contains(text.utf8.count) else { return nil }
    var number: UInt32 = 0
    for digit in text.utf8 {
      guard let value = value(digit) else { return nil }
      number = number << 4 | UInt32(value)
    }
    return number
  }

  // MARK: - Writing

  /// Two lower case digits a byte.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes { append(byte, to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The lower case digit of a number below sixteen.
  @inlinable
  package static func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x57) }

  /// Appends a byte's two lower case digits.
  package static func append(_ byte: UInt8, to text: inout [UInt8]) {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }

  /// A number in lower case digits, with zeros before it up to a width.
  package static func text(of number: some UnsignedInteger, width: Int = 1) -> String {
    var rest = UInt64(truncatingIfNeeded: number)
    var text: [UInt8] = []
    while rest > 0 || text.count < width {
      text.append(digits[Int(rest & 15)])
      rest >>= 4
    }
    return String(decoding: text.reversed(), as: UTF8.self)
  }

  /// A character's number as the Unicode Standard writes it, `U+00A0` (appendix A).
  package static func codePoint(_ scalar: Unicode.Scalar) -> String {
    "U+" + text(of: scalar.value, width: 4).uppercased()
  }
}
