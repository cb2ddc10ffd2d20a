import PluginContract

/// Takes the text of a distinguished name apart (RFC 4514, section 3; `;` and quotes as separators
/// and quotation as RFC 2253, section 4, still has them).
struct DistinguishedNameParser {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// All components, or nil if the text is not a name.
  mutating func components() -> [DistinguishedName.Component]? {
    var components: [DistinguishedName.Component] = []
    skipSpaces()
    guard position < bytes.count else { return [] }
    while true {
      guard let component = component() else { return nil }
      components.append(component)
      guard position < bytes.count else { return components }
      position += 1
    }
  }

  /// The position of the first unescaped `,` or `;`, or nil if there is none.
  static func firstSeparator(in bytes: some RandomAccessCollection<UInt8>) -> Int? {
    var isEscaped = false
    var isQuoted = false
    for (offset, byte) in bytes.enumerated() {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") {
        return offset
      }
    }
    return nil
  }

  private mutating func component() -> DistinguishedName.Component? {
    var pairs: [DistinguishedName.Component.Pair] = []
    while true {
      guard let type = type(), let value = value() else { return nil }
      pairs.append(.init(type: type, value: value))
      guard position < bytes.count, bytes[position] == UInt8(ascii: "+") else { break }
      position += 1
    }
    pairs.sort { $0.type.lexicographicallyPrecedes($1.type) }
    return DistinguishedName.Component(pairs: pairs)
  }

  private mutating func type() -> [UInt8]? {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "=") {
      guard !isSeparator(bytes[position]) else { return nil }
      position += 1
    }
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    guard let type = CanonicalText.of(bytes[start..<position]), !type.isEmpty else { return nil }
    return type
  }

  private mutating func value() -> [UInt8]? {
    var value: [UInt8] = []
    var isQuoted = false
    skipSpaces()
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\") {
        guard let escaped = escaped() else { return nil }
        value.append(escaped)
        continue
      }
      if !isQuoted, isSeparator(byte) { break }
      position += 1
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() } else { value.append(byte) }
    }
    guard !isQuoted else { return nil }
    return CanonicalText.of(value)
  }

  /// `\,` is a comma, `\2C` the byte with that number.
  private mutating func escaped() -> UInt8? {
    guard position + 1 < bytes.count else { return nil }
    let first = bytes[position + 1]
    guard let high = Hexadecimal.digit(first) else {
      position += 2
      return first
    }
    guard position + 2 < bytes.count, let low = Hexadecimal.digit(bytes[position + 2]) else {
      return nil
    }
    position += 3
    return high << 4 | low
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "+")
  }

  private mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
  }
}

/// Digits of base sixteen.
enum Hexadecimal {
  /// The value of a digit, or nil if the byte is none.
  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The bytes that pairs of digits name, or nil for anything else.
  static func bytes(_ digits: some RandomAccessCollection<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for byte in digits {
      guard let value = digit(byte) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}
