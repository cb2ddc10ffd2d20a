/// A distinguished name as its parts (RFC 4514), leaf first, each in the form in which it is
/// compared: types and values folded (M5), escapes resolved, the spaces around separators gone.
package struct DistinguishedName: Sendable, Hashable {
  /// One relative distinguished name: `type=value`, or several in order for `A=1+B=2`.
  package struct Component: Sendable, Hashable {
    /// An attribute and its value, both canonical.
    package struct Pair: Sendable, Hashable {
      /// The attribute's name.
      package var type: [UInt8]
      /// What it is.
      package var value: [UInt8]
    }

    /// In order of their types.
    package var pairs: [Pair]

    /// True for `DC=…`.
    package var isDomain: Bool { pairs.first?.type.elementsEqual("dc".utf8) ?? false }
  }

  /// The components, the entry's own first; empty for the root of the tree.
  package let components: [Component]

  // MARK: - Reading

  /// Reads a name as servers and exports write it: quotes and `;` count as RFC 2253, section 4, still has
  /// them, and what has no need of a backslash may have one.
  ///
  /// Nil if it is none (a part without `=`, a broken escape, not UTF-8); nothing is the root of the tree.
  package init?(_ bytes: some Sequence<UInt8>) {
    var parser = DistinguishedNameParser(Array(bytes), isStrict: false)
    guard let components = try? parser.components() else { return nil }
    self.components = components
  }

  /// Reads a name as ``init(_:)-(Sequence<UInt8>)`` does, from text.
  package init?(_ text: String) { self.init(text.utf8) }

  /// Reads a name as a person writes it for a server to understand: RFC 4514 to the letter, except that
  /// blanks may stand around separators, which servers allow. No value is empty, because no entry has
  /// such a one.
  ///
  /// - Throws: what is wrong, and where.
  package init(strictly text: String) throws(DistinguishedNameError) {
    var parser = DistinguishedNameParser(Array(text.utf8), isStrict: true)
    components = try parser.components()
  }

  private init(components: [Component]) { self.components = components }

  // MARK: - Ancestry

  /// True if the name is `base` or below it.
  package func isWithin(_ base: DistinguishedName) -> Bool {
    components.count >= base.components.count
      && components.suffix(base.components.count).elementsEqual(base.components)
  }

  /// True if the name is below `base`, and not `base` itself.
  package func isBelow(_ base: DistinguishedName) -> Bool {
    components.count > base.components.count && isWithin(base)
  }

  /// The name without the `DC` components at its end.
  package var withoutDomain: DistinguishedName {
    var rest = components[...]
    while rest.last?.isDomain == true { rest.removeLast() }
    return DistinguishedName(components: Array(rest))
  }

  /// True if the last component is a `DC`: the name is a whole one.
  package var isAbsolute: Bool { components.last?.isDomain ?? false }

  /// The name below another.
  package func under(_ base: DistinguishedName) -> DistinguishedName {
    DistinguishedName(components: components + base.components)
  }
}

/// What is asked of names as text, without keeping their parts.
extension DistinguishedName {
  /// An organizational unit of the tenant file as a whole name: it is relative to the root.
  package static func absolute(_ unit: String, under root: String) -> String {
    unit.isEmpty ? root : isWithin(unit, root) ? unit : "\(unit),\(root)"
  }

  /// True if a name is `base` or below it; false if either is no name.
  package static func isWithin(_ name: String, _ base: String) -> Bool {
    guard let name = DistinguishedName(name), let base = DistinguishedName(base) else {
      return false
    }
    return name.isWithin(base)
  }

  /// What follows the first component as it is written; nil if nothing does. It takes nothing apart,
  /// because a directory has a million names and few parents.
  package static func parent(of name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    parentStart(in: name.span).map { name[(name.startIndex + $0)...] }
  }

  /// Where ``parent(of:)`` begins, behind the separator; nil if nothing follows the first component.
  package static func parentStart(in name: Span<UInt8>) -> Int? {
    var isEscaped = false
    var isQuoted = false
    for index in name.indices {
      let byte = name[index]
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") {
        return index + 1
      }
    }
    return nil
  }
}

/// Why a text is no distinguished name.
package struct DistinguishedNameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// At which character, from 1.
  package let character: Int
  /// What is wrong there.
  package let message: String

  /// Place and message.
  package var description: String { "character \(character): \(message)" }
}
