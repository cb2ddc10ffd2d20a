internal import PluginContract

extension Reading {
  /// A list; entries that are wrong are reported and left out.
  package static func list<Element>(
    of element: Reading<Element>, minimum: Int = 0
  ) -> Reading<[Element]> {
    Reading<[Element]>(shape: .list(element.shape, minimum: minimum)) { input in
      guard case .sequence(let items) = input.node.content else {
        return input.refuse(expected: "a list")
      }
      guard items.count >= minimum else {
        return input.refuse("\(input.name) must not be empty")
      }
      return items.compactMap { item in
        element.read(
          InputValue(node: item, name: "an entry of \(input.name)", context: input.context))
      }
    }
  }

  /// A mapping with the keys of `shape`; what is wrong with its keys is reported before `body`
  /// reads their values.
  package static func object(
    _ shape: ObjectShape, _ body: @escaping @Sendable (Section) -> Value?
  ) -> Reading {
    Reading(shape: .object(shape)) { input in Section(input, shape).flatMap(body) }
  }

  /// A mapping with keys of the user's choice; the answer has the file's order.
  ///
  /// - Parameter keys: what a key may be; one that is wrong is reported at its place and left out.
  package static func map<Element>(
    of element: Reading<Element>, keys: KeyForm = .any
  ) -> Reading<[(key: String, value: Element)]> {
    let shape = ValueShape.map(element.shape, keyPattern: keys.pattern)
    return Reading<[(key: String, value: Element)]>(shape: shape) { input in
      guard case .mapping(let entries) = input.node.content else {
        return input.refuse(expected: "a mapping")
      }
      return entries.compactMap { entry in
        let inner = input.inner(entry)
        let value = element.read(inner)
        if let complaint = keys.complaint(entry.key) {
          input.context.problems.report("\(inner.name) \(complaint)", at: entry.keyPosition)
          return nil
        }
        return value.map { (entry.key, $0) }
      }
    }
  }
}

/// What the keys of a mapping may be where the user chooses them.
package struct KeyForm: Sendable {
  /// A regular expression for the whole of a key, for editors.
  let pattern: String?
  /// Nil, or what is wrong with a key: the rest of the sentence "'key' …".
  let complaint: @Sendable (String) -> String?

  /// Any text.
  package static let any = KeyForm(pattern: nil) { _ in nil }

  /// Names that are also files' or folders'; `owner` says whose: `a plugin's name`.
  package static func plainNames(of owner: String) -> KeyForm {
    KeyForm(pattern: PlainName.pattern) { name in
      PlainName.complaint(about: name).map { "cannot be \(owner): it \($0)" }
    }
  }
}

extension InputValue {
  /// An entry's value, called by its key where that looks like one.
  fileprivate func inner(_ entry: YAMLNode.Entry) -> InputValue {
    let key = Wording.quotedKey(entry.key).dropFirst()
    return InputValue(
      node: entry.value, name: key.isEmpty ? "an entry of \(name)" : String(key),
      context: context)
  }
}
