import Foundation

/// Makes exports of a directory for tests.
enum LDIF {
  /// One person; the GUID ends in `number`.
  static func person(
    _ login: String, number: Int, mail: String? = nil, unit: String = "OU=Staff"
  ) -> String {
    let guid = [UInt8](repeating: 7, count: 12) + withBigEndianBytes(of: number)
    var lines = [
      "dn: CN=\(login),\(unit),DC=acme,DC=example",
      "objectClass: top", "objectClass: person", "objectClass: user",
      "objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=acme,DC=example",
      "sAMAccountName: \(login)", "objectGUID:: \(base64(guid))", "userAccountControl: 512",
    ]
    if let mail { lines.append("mail:: \(base64(Array(mail.utf8)))") }
    return lines.joined(separator: "\n") + "\n\n"
  }

  private static func withBigEndianBytes(of number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
  }
}
