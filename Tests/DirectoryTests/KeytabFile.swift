import Administration
import Foundation

/// Writes keytabs that no server made (MIT krb5, "The keytab file format", version 2).
enum KeytabFile {
  /// One key of 32 bytes for AES-256 (`aes256-cts-hmac-sha1-96`, number 18).
  static func data(_ principal: String, key: UInt8 = 7) -> Data {
    let parts = principal.split(separator: "@")
    let names = parts[0].split(separator: "/")
    var entry = number(names.count, bytes: 2) + text(parts[1])
    for name in names { entry += text(name) }
    entry += number(1, bytes: 4) + number(0, bytes: 4) + [1]  // name type, time, version
    entry += number(18, bytes: 2) + number(32, bytes: 2) + [UInt8](repeating: key, count: 32)
    return Data([5, 2] + number(entry.count, bytes: 4) + entry)
  }

  private static func text(_ text: some StringProtocol) -> [UInt8] {
    number(text.utf8.count, bytes: 2) + Array(text.utf8)
  }

  private static func number(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
