import Foundation

/// The one form in which values are compared (rule M5): trimmed, NFC, fully case folded.
///
/// Accents are kept: `ä` and `a` are different letters. Full case folding is Unicode's
/// `toCasefold` (The Unicode Standard, section 3.13, D145): `ß`, `ẞ` and `SS` are one, and the
/// Turkish dotless `ı` stays itself.
public enum CanonicalText {
  /// Appends the canonical form of `value` to `output`.
  ///
  /// - Returns: false if `value` is not UTF-8; `output` is then unchanged.
  @inlinable
  public static func append(
    _ value: some BidirectionalCollection<UInt8>, to output: inout [UInt8]
  ) -> Bool {
    if let done = value.withContiguousStorageIfAvailable({ unsafe append($0, to: &output) }) {
      return done
    }
    return unsafe Array(value).withUnsafeBufferPointer { unsafe append($0, to: &output) }
  }

  @usableFromInline
  static func append(_ value: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    let mark = output.count
    let range = unsafe trimmedASCII(value)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = unsafe value[index]
      index += 1
      if byte < 0x80 {
        output.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
      } else if byte == latin1Lead, index < range.upperBound, unsafe value[index] & 0xC0 == 0x80 {
        append(latin1: unsafe value[index], to: &output)
        index += 1
      } else {
        output.removeSubrange(mark...)
        guard let text = unsafe String(validating: value, as: UTF8.self) else { return false }
        output.append(contentsOf: folded(text).utf8)
        return true
      }
    }
    return true
  }

  /// The first byte of U+00C0 to U+00FF. They are composed already, and nothing among them and ASCII joins
  /// with what stands before it.
  private static let latin1Lead: UInt8 = 0xC3

  /// Appends one of U+00C0 to U+00FF by its second byte: capitals lie 0x20 below small letters, but for × and
  /// ÷; ß is two letters.
  private static func append(latin1 byte: UInt8, to output: inout [UInt8]) {
    if byte == 0x9F {
      output.append(0x73)
      output.append(0x73)
    } else {
      output.append(latin1Lead)
      output.append(byte < 0x9F && byte != 0x97 ? byte | 0x20 : byte)
    }
  }

  /// The canonical form of a text.
  public static func of(_ text: String) -> String {
    var bytes: [UInt8] = []
    _ = append(Array(text.utf8), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The canonical form of bytes, or nil if they are not UTF-8.
  public static func of(_ value: some BidirectionalCollection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    return append(value, to: &bytes) ? bytes : nil
  }

  /// The indexes between the spaces at both ends.
  private static func trimmedASCII(_ value: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    var (start, end) = (0, value.count)
    while start < end, unsafe isSpace(value[start]) { start += 1 }
    while end > start, unsafe isSpace(value[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func folded(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in trimmed(text.precomposedStringWithCanonicalMapping) {
      // Unicode derives toCasefold from upper- then lowercase; ı (U+0131) is its one exception
      // that would join two letters, and ẞ (U+1E9E) needs the lowercase first.
      if scalar == "\u{131}" {
        scalars.append(scalar)
        continue
      }
      for lower in scalar.properties.lowercaseMapping.unicodeScalars {
        for upper in lower.properties.uppercaseMapping.unicodeScalars {
          scalars.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
        }
      }
    }
    return String(scalars).precomposedStringWithCanonicalMapping
  }

  private static func trimmed(_ text: String) -> Substring.UnicodeScalarView {
    var scalars = Substring(text).unicodeScalars
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return scalars
  }
}
