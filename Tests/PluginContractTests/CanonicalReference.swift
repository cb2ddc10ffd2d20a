import Foundation

/// M5 by its definition: trimmed, NFC, fully case folded; a scalar at a time, and slow.
enum CanonicalReference {
  /// The form of a value; nil if it is not UTF-8.
  static func form(of value: [UInt8]) -> [UInt8]? {
    guard let text = String(validating: value, as: UTF8.self) else { return nil }
    var scalars = Array(text.precomposedStringWithCanonicalMapping.unicodeScalars)[...]
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    var folded = String.UnicodeScalarView()
    for scalar in scalars {
      guard scalar != "\u{131}" else {
        folded.append(scalar)
        continue
      }
      for lower in scalar.properties.lowercaseMapping.unicodeScalars {
        for upper in lower.properties.uppercaseMapping.unicodeScalars {
          folded.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
        }
      }
    }
    return Array(String(folded).precomposedStringWithCanonicalMapping.utf8)
  }
}
