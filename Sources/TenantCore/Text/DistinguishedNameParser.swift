internal import PluginContract

/// Takes the text of a distinguished name apart (RFC 4514, section 3).
struct DistinguishedNameParser {
  private let bytes: [UInt8]
  private let isStrict: Bool
  private var position = 0

  /// What a backslash may stand before, beside hexadecimal digits (RFC 4514, section 3).
  private static let special = Set("\"+,;<> \\#=".utf8)
  /// What may stand in a value with a backslash before it only, beside separators.
  private static let forbidden = Set("\";<>".utf8)

  /// Takes a text.
  ///
  /// - Parameter isStrict: false: read what servers and exports write.
  init(_ bytes: [UInt8], isStrict: Bool) {
    self.bytes = bytes
    self.isStrict = isStrict
  }

  /// All components.
  mutating func components() throws(DistinguishedNameError) -> [DistinguishedName.Component] {
    var components: [DistinguishedName.Component] = []
    skipSpaces()
    if isAtEnd, !isStrict { return components }
    while true {
      components.append(try component())
      guard !isAtEnd else { return components }
      position += 1
    }
  }

  private mutating func component() throws(DistinguishedNameError) -> DistinguishedName.Component {
    var pairs: [DistinguishedName.Component.Pair] = []
    while true {
      let type = try type()
      pairs.append(.init(type: type, value: try value()))
      guard !isAtEnd, bytes[position] == UInt8(ascii: "+") else { break }
      position += 1
    }
    pairs.sort { left, right in
      left.type == right.type
        ? left.value.lexicographicallyPrecedes(right.value)
        : left.type.lexicographicallyPrecedes(right.type)
    }
    return DistinguishedName.Component(pairs: pairs)
  }

  private mutating func type() throws(DistinguishedNameError) -> [UInt8] {
    skipSpaces()
    let start = position
    while !isAtEnd, bytes[position] != UInt8(ascii: "="), !isSeparator(bytes[position]) {
      position += 1
    }
    guard !isAtEnd, bytes[position] == UInt8(ascii: "=") else {
      throw failure("a part is written as attribute=value, such as OU=Staff", at: start)
    }
    defer { position += 1 }
    guard let type = CanonicalText.of(bytes[start..<position]), !type.isEmpty,
      !isStrict || AttributeSyntax.isDescription(String(decoding: type, as: UTF8.self))
    else { throw failure("'=' has no attribute's name before it", at: start) }
    return type
  }

  private mutating func value() throws(DistinguishedNameError) -> [UInt8] {
    skipSpaces()
    let start = position
    if isStrict, !isAtEnd, bytes[position] == UInt8(ascii: "#") { return try encodedValue() }
    var value: [UInt8] = []
    var isQuoted = false
    while !isAtEnd {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\") {
        value.append(try escaped())
        continue
      }
      if !isQuoted, isSeparator(byte) { break }
      if isStrict, Self.forbidden.contains(byte) {
        throw failure(
          "'\(Character(Unicode.Scalar(byte)))' needs a backslash before it", at: position)
      }
      position += 1
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() } else { value.append(byte) }
    }
    guard !isQuoted else { throw failure("the quotation has no end", at: start) }
    if isStrict, value.allSatisfy({ $0 == UInt8(ascii: " ") }) {
      throw failure("the value is missing", at: start)
    }
    guard let canonical = CanonicalText.of(value) else {
      throw failure("the value is not UTF-8", at: start)
    }
    return canonical
  }

  /// `#` and pairs of hexadecimal digits: the value in BER, which stays as it is written.
  private mutating func encodedValue() throws(DistinguishedNameError) -> [UInt8] {
    let start = position
    position += 1
    while !isAtEnd, Hex.isDigit(bytes[position]) { position += 1 }
    let value = bytes[start..<position]
    skipSpaces()
    guard value.count > 1, !value.count.isMultiple(of: 2), isAtEnd || isSeparator(bytes[position])
    else {
      throw failure(
        "after '#' come pairs of hexadecimal digits; a value that begins with it has a backslash "
          + "before it", at: start)
    }
    return CanonicalText.of(value) ?? Array(value)
  }

  /// `\,` is a comma, `\2C` the byte with that number.
  private mutating func escaped() throws(DistinguishedNameError) -> UInt8 {
    let next = bytes[(position + 1)...]
    guard let first = next.first else { throw brokenEscape() }
    guard let high = Hex.value(first) else {
      guard !isStrict || Self.special.contains(first) else { throw brokenEscape() }
      position += 2
      return first
    }
    guard let low = next.dropFirst().first.flatMap(Hex.value) else { throw brokenEscape() }
    position += 3
    return high << 4 | low
  }

  private func brokenEscape() -> DistinguishedNameError {
    failure(
      "a backslash stands before a special character or two hexadecimal digits", at: position)
  }

  private var isAtEnd: Bool { position == bytes.count }

  /// `;` is one for RFC 2253 only.
  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ";") && !isStrict
  }

  private mutating func skipSpaces() {
    while !isAtEnd, bytes[position] == UInt8(ascii: " ") { position += 1 }
  }

  private func failure(_ message: String, at offset: Int) -> DistinguishedNameError {
    let before = String(decoding: bytes[..<offset], as: UTF8.self)
    return DistinguishedNameError(character: before.count + 1, message: message)
  }
}
