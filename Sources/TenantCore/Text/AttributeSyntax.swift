/// The form of an attribute's name (RFC 4512, sections 1.4 and 2.5).
package enum AttributeSyntax {
  /// A short name such as `sAMAccountName`, or an object identifier such as
  /// `1.2.840.113556.1.4.803`.
  package static func isDescription(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first else { return false }
    if isDigit(first) {
      return text.split(separator: ".", omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
    }
    return isLetter(first) && text.utf8.allSatisfy(isKeyCharacter)
  }

  /// A name with options, such as `userCertificate;binary`.
  package static func isDescriptionWithOptions(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard let name = parts.first, isDescription(name) else { return false }
    return parts.dropFirst().allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isKeyCharacter) }
  }

  private static func isKeyCharacter(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == 0x2D
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
