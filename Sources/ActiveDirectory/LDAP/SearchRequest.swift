import CLDAP
import Glibc
import PluginContract

/// A search, as it is asked page by page (RFC 2696).
struct SearchRequest: Sendable {
  enum Scope: String, Sendable {
    case base
    case subtree = "sub"

    var code: Int32 { self == .base ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE }
  }

  var base: String
  var scope = Scope.subtree
  var filter: String
  var attributes: [String]
  /// Entries a page; nil asks without pages, for a single entry.
  var pageSize: Int?

  /// Gives the attributes as C wants a list of them: pointers, then null.
  func withAttributes<Answer>(
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) throws -> Answer
  ) rethrows -> Answer {
    var list = unsafe attributes.map { unsafe strdup($0) } + [nil]
    defer { unsafe list.forEach { unsafe free($0) } }
    return try unsafe list.withUnsafeMutableBufferPointer { try unsafe body($0.baseAddress) }
  }
}

/// The filters of a read, put together of the tenant file's parts.
enum SearchFilter {
  /// Person accounts; which of them are living people's, ``AccountKind`` judges (M12).
  static let person = "(&(objectCategory=person)(objectClass=user))"

  /// The person filter and-ed with others.
  static func persons(and filters: String?...) -> String {
    let more = filters.compactMap { $0 }.map(parenthesized).joined()
    return more.isEmpty ? person : "(&\(person)\(more))"
  }

  /// Any of these anchors; bytes escaped as RFC 4515, section 3 wants them.
  static func anyOf(_ guids: some Sequence<[UInt8]>) -> String {
    let terms = guids.map { bytes in
      "(objectGUID=" + bytes.map { "\\" + Hex.text([$0]) }.joined() + ")"
    }
    return "(|" + terms.joined() + ")"
  }

  private static func parenthesized(_ filter: String) -> String {
    let filter = filter.trimmed
    return filter.hasPrefix("(") ? filter : "(\(filter))"
  }
}
