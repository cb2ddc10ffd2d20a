import OperatingSystem
import YAMLFiles

/// The form of names that stand in a tenant file.
enum NameSyntax {
  /// What is wrong with a NetBIOS domain name, or nil; the characters are those that Windows
  /// forbids in one, and blanks.
  static func complaintAboutDomain(_ domain: String) -> String? {
    domain.contains { "\\/:*?\"<>|@".contains($0) || $0.isWhitespace }
      ? "must be a domain's name alone, such as ACME, without blanks and any of "
        + "\\ / : * ? \" < > | @"
      : nil
  }

  /// What is wrong with a host's name or address, or nil.
  static func complaintAboutHost(_ host: String) -> String? {
    if isAddress(host) || isDNSName(host) { return nil }
    return "must be a host's name or address alone, such as dc1.acme.example; "
      + "the port has a key of its own"
  }

  /// What is wrong with a DNS domain's name, or nil.
  static func complaintAboutDNSDomain(_ name: String) -> String? {
    isDNSName(name) ? nil : "must be a DNS name, such as acme.example"
  }

  /// What is wrong with the name of an environment variable, or nil.
  static func complaintAboutVariable(_ name: String) -> String? {
    let isName =
      name.utf8.first.map { !(0x30...0x39).contains($0) } == true
      && name.unicodeScalars.allSatisfy { $0.isASCIILetterOrDigit || $0 == "_" }
    return isName
      ? nil : "must be the name of an environment variable: letters, digits and underscores"
  }

  private static func isAddress(_ host: String) -> Bool { HostAddress(host) != nil }

  /// Labels of letters, digits, hyphens and underscores, 63 at most (RFC 1035, section 2.3.4).
  private static func isDNSName(_ name: String) -> Bool {
    name.utf8.count <= 253
      && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
          && label.unicodeScalars.allSatisfy {
            $0.isASCIILetterOrDigit || $0 == "-" || $0 == "_"
          }
      }
  }
}
