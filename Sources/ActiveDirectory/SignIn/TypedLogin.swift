import Authorization
import PluginContract
import TenantCore

/// A login as somebody types it.
enum TypedLogin: Equatable {
  /// `DOMAIN\login`; the domain is the NetBIOS or the DNS name, in any case.
  case qualified(domain: String, login: String)
  /// `login@suffix`: a `userPrincipalName`, whose suffix need not be the domain's name.
  case principal(String)
  /// `login` alone: a `sAMAccountName` of whatever domain.
  case bare(String)

  /// Nil if nobody can be called so: a part is empty, or there is a control character, at which some
  /// servers take a name to end.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
    if let backslash = text.firstIndex(of: "\\") {
      let login = text[text.index(after: backslash)...]
      guard backslash > text.startIndex, !login.isEmpty else { return nil }
      self = .qualified(domain: String(text[..<backslash]), login: String(login))
    } else if text.contains("@") {
      self = .principal(text)
    } else {
      guard !text.isEmpty else { return nil }
      self = .bare(text)
    }
  }

  /// A login that nobody has.
  static var nobody: TypedLogin { .bare("nobody-\(RandomName.make())") }

  /// True if the login may be one of a directory.
  func isSought(in directory: Directory) -> Bool {
    guard case .qualified(let domain, _) = self else { return true }
    let names = [directory.domain, directory.dnsDomain].compactMap { $0 }
    return names.contains { CanonicalText.of($0) == CanonicalText.of(domain) }
  }

  /// Finds the person and nobody else; what was typed cannot change its meaning.
  var filter: String {
    switch self {
    case .qualified(_, let login), .bare(let login):
      SearchFilter.persons(and: "(sAMAccountName=\(SearchFilter.escaped(login)))")
    case .principal(let name):
      SearchFilter.persons(and: "(userPrincipalName=\(SearchFilter.escaped(name)))")
    }
  }
}

extension SearchFilter {
  /// A text as a filter's value: every byte that is not surely plain is written as its number (RFC
  /// 4515, section 3), so that none is an operator, and none ends the C string.
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      isPlain(byte) ? String(Unicode.Scalar(byte)) : "\\" + byte.hex
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
  /// 128 bits of the system's randomness in hexadecimal.
  static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator).hex }.joined()
  }

  /// The DN of an entry that is not there: a bind as it takes what a bind as somebody takes.
  static func entry(under root: String) -> String { "CN=\(make()),\(root)" }
}
