import PluginContract

/// A distinguished name as its parts (RFC 4514), leaf first, each in the form in which it is
/// compared: types and values folded, escapes resolved, the spaces around separators gone.
struct DistinguishedName: Sendable, Hashable {
  /// One relative distinguished name: `type=value`, or several in order for `A=1+B=2`.
  struct Component: Sendable, Hashable {
    /// An attribute and its value, both canonical.
    struct Pair: Sendable, Hashable {
      var type: [UInt8]
      var value: [UInt8]
    }

    var pairs: [Pair]

    /// True for `DC=…`.
    var isDomain: Bool { pairs.first?.type.elementsEqual("dc".utf8) ?? false }
  }

  /// The components, the entry's own first; empty for the root of the tree.
  var components: [Component]

  /// Takes components.
  init(components: [Component]) { self.components = components }

  /// Reads a name; nil if it is not one (a part without `=`, a broken escape, not UTF-8).
  init?(_ bytes: some Sequence<UInt8>) {
    var parser = DistinguishedNameParser(Array(bytes))
    guard let components = parser.components() else { return nil }
    self.components = components
  }

  /// Reads a name from text.
  init?(_ text: String) { self.init(text.utf8) }

  /// True if the name is `base` or below it.
  func isWithin(_ base: DistinguishedName) -> Bool {
    components.count >= base.components.count
      && components.suffix(base.components.count).elementsEqual(base.components)
  }

  /// The name without the `DC` components at its end.
  var withoutDomain: DistinguishedName {
    var rest = components[...]
    while rest.last?.isDomain == true { rest.removeLast() }
    return DistinguishedName(components: Array(rest))
  }

  /// True if the last component is a `DC`: the name is a whole one.
  var isAbsolute: Bool { components.last?.isDomain ?? false }

  /// The name below another.
  func under(_ base: DistinguishedName) -> DistinguishedName {
    DistinguishedName(components: components + base.components)
  }
}

extension DistinguishedName {
  /// An organizational unit of the tenant file as a whole name: it is relative to the root.
  static func absolute(_ unit: String, under root: String) -> String {
    unit.isEmpty ? root : isWithin(unit, root) ? unit : "\(unit),\(root)"
  }

  /// True if a name is `base` or below it; false if either is no name.
  static func isWithin(_ name: String, _ base: String) -> Bool {
    guard let name = DistinguishedName(name), let base = DistinguishedName(base) else {
      return false
    }
    return name.isWithin(base)
  }
}
