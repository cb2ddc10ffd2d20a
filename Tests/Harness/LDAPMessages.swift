/// Writes LDAP messages (RFC 4511) in BER, byte by byte, so that they may be wrong on purpose.
package enum LDAPMessages {
  package static func tlv(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    guard count >= 0x80 else { return [tag, UInt8(count)] + content }
    let length = (0..<4).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    return [tag, 0x84] + length + content
  }

  package static func text(_ text: String) -> [UInt8] { tlv(0x04, Array(text.utf8)) }

  package static func message(_ id: Int, _ operation: [UInt8], _ controls: [UInt8] = []) -> [UInt8]
  {
    tlv(0x30, tlv(0x02, [UInt8(id >> 8), UInt8(id & 0xff)]) + operation + controls)
  }

  package static func result(_ tag: UInt8, _ code: UInt8, _ words: String = "") -> [UInt8] {
    tlv(tag, tlv(0x0a, [code]) + text("") + text(words))
  }

  package static func bound(_ id: Int) -> [UInt8] { message(id, result(0x61, 0)) }

  /// The answer to StartTLS.
  package static func extended(_ id: Int, code: UInt8 = 0, _ words: String = "") -> [UInt8] {
    message(id, result(0x78, code, words))
  }

  /// The end of a page, with the cookie of the next one.
  package static func done(_ id: Int, code: UInt8 = 0, cookie: String = "") -> [UInt8] {
    let value = tlv(0x30, tlv(0x02, [0]) + text(cookie))
    let control = tlv(0x30, text("1.2.840.113556.1.4.319") + tlv(0x04, value))
    return message(id, result(0x65, code), tlv(0xa0, control))
  }

  package static func entry(_ id: Int, _ dn: String, _ attributes: [(String, [[UInt8]])]) -> [UInt8]
  {
    let list = attributes.flatMap { name, values in
      tlv(0x30, text(name) + tlv(0x31, values.flatMap { tlv(0x04, $0) }))
    }
    return message(id, tlv(0x64, text(dn) + tlv(0x30, list)))
  }

  /// User number `number`, whose anchor ends with that number.
  package static func user(
    _ id: Int, _ number: UInt8, guid: [UInt8]? = nil, more: [(String, [[UInt8]])] = []
  ) -> [UInt8] {
    entry(
      id, "CN=user\(number),DC=acme,DC=example",
      [
        ("objectGUID", [guid ?? [UInt8](repeating: 1, count: 15) + [number]]),
        ("sAMAccountName", [Array("user\(number)".utf8)]),
      ] + more)
  }

  /// A user whose anchor ends with a number of four bytes.
  package static func person(
    _ id: Int, _ login: String, number: Int, more: [(String, [[UInt8]])] = [], dn: String? = nil
  ) -> [UInt8] {
    let end = (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    return entry(
      id, dn ?? "CN=\(login),DC=acme,DC=example",
      [
        ("objectGUID", [[UInt8](repeating: 1, count: 12) + end]),
        ("sAMAccountName", [Array(login.utf8)]),
      ] + more)
  }

  package static func reference(_ id: Int, _ url: String) -> [UInt8] {
    message(id, tlv(0x73, text(url)))
  }
}
