import Foundation

/// What two values have in common that are not equal: the material of near keys.
///
/// All take canonical bytes (``CanonicalText``) and keep ASCII free of `String`. They explain why
/// no user matches and never decide (``KeyPurpose/explanation``).
public enum Likeness {
  /// The value without white space and invisible characters (zero-width ones, soft hyphens,
  /// direction marks): what ``NearMissKind/whitespace`` compares.
  public static func withoutSpaces(_ value: ArraySlice<UInt8>) -> [UInt8] {
    if isASCII(value) { return value.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) } }
    var kept = String.UnicodeScalarView()
    for scalar in String(decoding: value, as: UTF8.self).unicodeScalars {
      let properties = scalar.properties
      if !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint { kept.append(scalar) }
    }
    return canonical(kept)
  }

  /// The value without the accents that Unicode can take off a letter: what
  /// ``NearMissKind/accent`` compares.
  public static func withoutAccents(_ value: ArraySlice<UInt8>) -> [UInt8] {
    if isASCII(value) { return Array(value) }
    var kept = String.UnicodeScalarView()
    let text = String(decoding: value, as: UTF8.self).decomposedStringWithCanonicalMapping
    for scalar in text.unicodeScalars where scalar.properties.generalCategory != .nonspacingMark {
      kept.append(scalar)
    }
    return canonical(kept)
  }

  /// The part before the last `@`, or the whole value if it has none: what
  /// ``NearMissKind/localPart`` compares.
  public static func localPart(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    value.lastIndex(of: UInt8(ascii: "@")).map { value[..<$0] } ?? value
  }

  static func isASCII(_ value: ArraySlice<UInt8>) -> Bool {
    value.allSatisfy { $0 < 0x80 }
  }

  static func canonical(_ scalars: String.UnicodeScalarView) -> [UInt8] {
    CanonicalText.of(Array(String(scalars).utf8)) ?? []
  }
}
