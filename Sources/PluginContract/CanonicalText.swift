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

  /// Appends the canonical form of `value` to `output`.
  ///
  /// - Returns: false if `value` is not UTF-8; `output` is then unchanged.
  public static func append(_ value: Span<UInt8>, to output: inout [UInt8]) -> Bool {
    let mark = output.count
    let trimmed = value.extracting(trimmedASCII(value))
    unsafe trimmed.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
    if ASCIIText.lowercase(&output, from: mark) || TwoByteLetters.fold(&output, from: mark) {
      return true
    }
    output.removeLast(output.count - mark)
    let valid = unsafe value.withUnsafeBufferPointer {
      unsafe String(validating: $0, as: UTF8.self)
    }
    guard let text = valid else { return false }
    output.append(contentsOf: folded(text).utf8)
    return true
  }

  @usableFromInline
  static func append(_ value: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    unsafe append(value.span, to: &output)
  }

  /// The canonical form of all values of a column; one that is not UTF-8 is empty.
  static func column(of raw: PackedColumn) -> PackedColumn {
    if let bytes = sameLength(as: raw) {
      guard bytes != raw.bytes else { return raw }
      var column = raw
      column.bytes = bytes
      return column
    }
    var column = raw
    column.bytes = []
    column.bytes.reserveCapacity(raw.bytes.count)
    let source = raw.bytes.span
    for value in 0..<raw.valueCount {
      _ = append(source.extracting(raw.byteRange(ofValue: value)), to: &column.bytes)
      column.valueEnds[value] = UInt32(column.bytes.count)
    }
    return column
  }

  /// The canonical form of all values at once; nil if one of them may be longer or shorter in it.
  private static func sameLength(as raw: PackedColumn) -> [UInt8]? {
    let source = raw.bytes.span
    for value in 0..<raw.valueCount {
      let range = raw.byteRange(ofValue: value)
      guard !range.isEmpty else { continue }
      if isSpace(source[range.lowerBound]) || isSpace(source[range.upperBound - 1]) { return nil }
    }
    var bytes = raw.bytes
    if ASCIIText.lowercase(&bytes, from: 0) { return bytes }
    // A letter that two values share is none.
    for value in 0..<raw.valueCount {
      let range = raw.byteRange(ofValue: value)
      guard range.isEmpty || source[range.upperBound - 1] & 0xC0 != 0xC0 else { return nil }
    }
    return TwoByteLetters.fold(&bytes, from: 0) ? bytes : nil
  }

  /// True if bytes are the canonical form of a value of ASCII that has nothing to trim; false says
  /// nothing. It makes no form to compare.
  package static func isPlainly(
    _ canonical: ArraySlice<UInt8>, formOf value: ArraySlice<UInt8>
  ) -> Bool {
    let (form, raw) = (canonical.span, value.span)
    guard form.count == raw.count, !raw.isEmpty, !isSpace(raw[0]), !isSpace(raw[raw.count - 1])
    else { return false }
    for index in raw.indices {
      let byte = raw[index]
      guard byte < 0x80, form[index] == (byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte)
      else { return false }
    }
    return true
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
  private static func trimmedASCII(_ value: Span<UInt8>) -> Range<Int> {
    var (start, end) = (0, value.count)
    while start < end, isSpace(value[start]) { start += 1 }
    while end > start, isSpace(value[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// The form by the definition, scalar by scalar.
  static func folded(_ text: String) -> String {
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
