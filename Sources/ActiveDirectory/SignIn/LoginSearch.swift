import PluginContract
import TenantCore

extension LoginName.LookUp {
  /// True if the login may be one of a directory.
  func isSought(in directory: Directory) -> Bool {
    guard case .login(_, let domains?) = self else { return true }
    return domains.contains(CanonicalText.of(directory.domain))
  }

  /// Finds the person and nobody else; what was typed cannot change its meaning.
  var filter: String {
    switch self {
    case .login(let login, _):
      SearchFilter.persons(and: "(sAMAccountName=\(SearchFilter.escaped(login)))")
    case .principalName(let name):
      SearchFilter.persons(and: "(userPrincipalName=\(SearchFilter.escaped(name)))")
    }
  }
}

extension SearchFilter {
  /// A text as a filter's value: every byte that is not surely plain is written as its number (RFC
  /// 4515, section 3), so that none is an operator, and none ends the C string.
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      isPlain(byte) ? String(Unicode.Scalar(byte)) : "\\" + Hex.text([byte])
    }.joined()
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: ".-_@=,".utf8.contains(byte)
    }
  }
}

/// Names that nothing bears.
enum RandomName {
  /// A login that nobody has.
  static func login() -> LoginName.LookUp { .login("nobody-\(make())", domains: nil) }

  /// 128 bits of the system's randomness in hexadecimal.
  static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return Hex.text((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// The DN of an entry that is not there: a bind as it takes what a bind as somebody takes.
  static func entry(under root: String) -> String { "CN=\(make()),\(root)" }
}
