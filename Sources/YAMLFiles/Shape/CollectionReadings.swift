extension Reading {
  /// A list; entries that are wrong are reported and left out.
  package static func list<Element>(
    of element: Reading<Element>, minimum: Int = 0
  ) -> Reading<[Element]> {
    Reading<[Element]>(shape: .list(element.shape, minimum: minimum)) { slot in
      guard case .sequence(let items) = slot.node.content else {
        return slot.refuse(expected: "a list")
      }
      guard items.count >= minimum else {
        return slot.refuse("\(slot.name) must not be empty")
      }
      return items.compactMap { item in
        element.read(
          Slot(node: item, name: "an entry of \(slot.name)", context: slot.context))
      }
    }
  }

  /// A mapping with the keys of `shape`; what is wrong with its keys is reported before `body`
  /// reads their values.
  package static func object(
    _ shape: ObjectShape, _ body: @escaping @Sendable (Section) -> Value?
  ) -> Reading {
    Reading(shape: .object(shape)) { slot in Section(slot, shape).flatMap(body) }
  }

  /// A mapping with keys of the user's choice; the answer has the file's order.
  package static func map<Element>(
    of element: Reading<Element>
  ) -> Reading<[(key: String, value: Element)]> {
    Reading<[(key: String, value: Element)]>(shape: .map(element.shape)) { slot in
      guard case .mapping(let entries) = slot.node.content else {
        return slot.refuse(expected: "a mapping")
      }
      return entries.compactMap { entry in
        let name = Wording.quotedKey(entry.key).dropFirst()
        let inner = Slot(
          node: entry.value, name: name.isEmpty ? "an entry of \(slot.name)" : String(name),
          context: slot.context)
        return element.read(inner).map { (entry.key, $0) }
      }
    }
  }
}
