internal import PluginContract
internal import TenantCore

/// The form of an LDAP filter (RFC 4515, section 3).
///
/// Blanks between filters are allowed, as libldap allows them, so that a long filter can be
/// written on several lines. `(&)` and `(|)` are not: Active Directory does not know them.
struct FilterSyntax {
  /// Deeper than anyone writes.
  private static let maximumDepth = 60

  private var rest: Substring.UnicodeScalarView

  /// What is wrong with a filter, or nil: the rest of the sentence "'filter' …".
  static func complaint(about text: String) -> String? {
    var syntax = FilterSyntax(rest: Substring(text).unicodeScalars)
    let complaint = syntax.filter(depth: 1)
    if complaint == nil, !syntax.rest.isEmpty {
      return "has something after the filter's last ')'; join several with (&(…)(…))"
    }
    return complaint
  }

  private mutating func filter(depth: Int) -> String? {
    guard depth <= Self.maximumDepth else {
      return "is nested more than \(Self.maximumDepth) levels deep"
    }
    guard rest.first == "(" else {
      return "is not a filter: every part begins with '(', such as (department=Sales)"
    }
    rest.removeFirst()
    let complaint: String?
    switch rest.first {
    case "&", "|": complaint = list(depth: depth)
    case "!":
      rest.removeFirst()
      skipBlanks()
      complaint = filter(depth: depth + 1)
      skipBlanks()
    default: complaint = item()
    }
    guard complaint == nil else { return complaint }
    guard rest.popFirst() == ")" else { return "lacks a ')'; each '(' needs one" }
    return nil
  }

  private mutating func list(depth: Int) -> String? {
    rest.removeFirst()
    skipBlanks()
    repeat {
      if let complaint = filter(depth: depth + 1) { return complaint }
      skipBlanks()
    } while rest.first == "("
    return nil
  }

  /// `attribute operator value`, up to the closing parenthesis.
  private mutating func item() -> String? {
    let text = rest.prefix { $0 != ")" && $0 != "(" }
    rest = rest[text.endIndex...]
    guard let equals = text.firstIndex(of: "=") else {
      return "has a part without '='; write (attribute=value)"
    }
    var left = String(text[..<equals])
    let isExtensible = left.hasSuffix(":")
    if let operation = left.last, ":~<>".contains(operation) { left.removeLast() }
    let isName =
      isExtensible
      ? Self.isExtensibleName(left) : AttributeSyntax.isDescriptionWithOptions(left)
    guard isName else {
      return "has a part that does not begin with an attribute's name; write (attribute=value)"
    }
    let value = text[text.index(after: equals)...]
    return Self.hasGoodEscapes(value)
      ? nil
      : "has a backslash without two hex digits; "
        + "write \\28 for (, \\29 for ), \\2a for * and \\5c for \\"
  }

  /// `attr:dn:rule`, of which the attribute or the rule may be absent.
  private static func isExtensibleName(_ text: String) -> Bool {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let attribute = parts.removeFirst()
    if parts.first?.lowercased() == "dn" { parts.removeFirst() }
    guard parts.count <= 1, !attribute.isEmpty || parts.count == 1 else { return false }
    return (attribute.isEmpty || AttributeSyntax.isDescriptionWithOptions(attribute))
      && parts.allSatisfy { AttributeSyntax.isDescription($0) }
  }

  private static func hasGoodEscapes(_ value: Substring.UnicodeScalarView) -> Bool {
    var value = value
    while let scalar = value.popFirst() {
      guard scalar == "\\" else { continue }
      guard value.popFirst().map(Hex.isDigit) == true, value.popFirst().map(Hex.isDigit) == true
      else { return false }
    }
    return true
  }

  private mutating func skipBlanks() {
    rest = rest.drop { $0 == " " || $0 == "\n" || $0 == "\t" }
  }
}
