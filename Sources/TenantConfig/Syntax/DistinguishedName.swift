import PluginContract

/// A distinguished name, taken apart as far as checking it needs (RFC 4514).
///
/// Blanks around separators are allowed, as servers allow them; an empty value is not, because no
/// entry of a directory has one.
struct DistinguishedName {
  /// The relative names from the leaf up, in a form that compares equal where the names do.
  let components: [String]

  /// What is wrong with a DN, or nil.
  static func complaint(about text: String) -> String? {
    DistinguishedName(text) == nil
      ? "must be a distinguished name, such as OU=Staff,DC=acme,DC=example; "
        + "a special character in a name is written with a backslash before it (RFC 4514)"
      : nil
  }

  /// Takes a DN apart; nil if it is none.
  init?(_ text: String) {
    var scanner = DNScanner(text)
    guard let components = scanner.components() else { return nil }
    self.components = components
  }

  /// The relative part, if the name ends with `root` and has more.
  func isBelow(_ root: DistinguishedName) -> Bool {
    components.count > root.components.count
      && components.suffix(root.components.count)
        .elementsEqual(root.components)
  }
}

private struct DNScanner {
  private var rest: Substring.UnicodeScalarView
  private static let special: Set<Unicode.Scalar> = [
    "\"", "+", ",", ";", "<", ">", "\\", " ", "#", "=",
  ]
  private static let forbidden: Set<Unicode.Scalar> = ["\"", ";", "<", ">"]

  init(_ text: String) { rest = Substring(text).unicodeScalars }

  mutating func components() -> [String]? {
    var components: [String] = []
    while true {
      var component: [String] = []
      repeat {
        guard let pair = pair() else { return nil }
        component.append(pair)
      } while take("+")
      components.append(component.sorted().joined(separator: "+"))
      if rest.isEmpty { return components }
      guard take(",") else { return nil }
    }
  }

  /// `type=value`, with the type and the value folded.
  private mutating func pair() -> String? {
    skipBlanks()
    let type = String(rest.prefix { $0 != "=" && $0 != "," && $0 != "+" })
      .trimmingBlanksAtEnd()
    guard AttributeSyntax.isDescription(type) else { return nil }
    guard let equals = rest.firstIndex(of: "=") else { return nil }
    rest = rest[rest.index(after: equals)...]
    skipBlanks()
    guard let value = value() else { return nil }
    return "\(type.lowercased())=\(CanonicalText.of(value))"
  }

  private mutating func value() -> String? {
    if rest.first == "#" { return hexValue() }
    var value = String.UnicodeScalarView()
    while let scalar = rest.first, scalar != ",", scalar != "+" {
      rest.removeFirst()
      if scalar == "\\" {
        guard let escaped = escaped() else { return nil }
        value.append(contentsOf: escaped)
      } else if Self.forbidden.contains(scalar) {
        return nil
      } else {
        value.append(scalar)
      }
    }
    return value.allSatisfy({ $0 == " " }) ? nil : String(value)
  }

  /// What a backslash stands for; a pair of hex digits stays as it is written.
  private mutating func escaped() -> [Unicode.Scalar]? {
    guard let first = rest.popFirst() else { return nil }
    if Self.special.contains(first) { return [first] }
    guard first.isHexDigit, let second = rest.popFirst(), second.isHexDigit else { return nil }
    return ["\\", first, second]
  }

  private mutating func hexValue() -> String? {
    let value = rest.prefix { $0 != "," && $0 != "+" }
    rest = rest[value.endIndex...]
    let digits = String(value).trimmingBlanksAtEnd().unicodeScalars.dropFirst()
    guard !digits.isEmpty, digits.count % 2 == 0, digits.allSatisfy(\.isHexDigit) else {
      return nil
    }
    return String(value)
  }

  private mutating func take(_ separator: Unicode.Scalar) -> Bool {
    guard rest.first == separator else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func skipBlanks() {
    rest = rest.drop { $0 == " " }
  }
}

extension Unicode.Scalar {
  /// One of `0-9A-Fa-f`.
  var isHexDigit: Bool { isASCII && properties.isASCIIHexDigit }
}

extension String {
  /// Without the blanks at its end.
  fileprivate func trimmingBlanksAtEnd() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
