/// A mapping of the file whose keys were checked against their declaration.
package struct Section {
  package let context: ReadingContext
  private let node: YAMLNode
  private let entries: [String: YAMLNode.Entry]

  /// Reports keys that are unknown, missing, out of place or one too many, and keeps the rest; nil
  /// if the value is no mapping.
  init?(_ input: InputValue, _ shape: ObjectShape) {
    guard case .mapping(let all) = input.node.content else {
      let _: Void? = input.refuse(expected: "a mapping")
      return nil
    }
    let present = Dictionary(all.map { ($0.key, $0) }) { first, _ in first }
    let checks = SectionChecks(input: input, shape: shape, present: present)
    context = input.context
    node = input.node
    entries = checks.usableEntries(all)
    checks.reportMissing()
    checks.reportAlternatives()
  }

  /// The value of a key; nil if it is absent or wrong, which is reported.
  package func value<Value>(_ key: Key<Value>) -> Value? {
    entries[key.name].flatMap { entry in
      key.reading.read(InputValue(node: entry.value, name: "'\(key.name)'", context: context))
    }
  }

  /// True if the key is there, right or wrong.
  package func has<Value>(_ key: Key<Value>) -> Bool { entries[key.name] != nil }

  /// True if the key's value is a list with no entries.
  package func isEmptyList<Value>(_ key: Key<Value>) -> Bool {
    if case .sequence(let items)? = entries[key.name]?.value.content {
      items.isEmpty
    } else {
      false
    }
  }

  /// Reports something about a key, at the key, or at the mapping if the key is absent.
  package func report<Value>(_ message: String, at key: Key<Value>) {
    context.problems.report(message, at: entries[key.name]?.keyPosition ?? node.position)
  }

  /// Reports something about a key's value.
  package func report<Value>(_ message: String, atValueOf key: Key<Value>) {
    context.problems.report(message, at: entries[key.name]?.value.position ?? node.position)
  }
}

/// The checks of a mapping's keys.
private struct SectionChecks {
  let input: InputValue
  let shape: ObjectShape
  let present: [String: YAMLNode.Entry]

  /// The entries with a known key that has a meaning here; the others are reported.
  func usableEntries(_ all: [YAMLNode.Entry]) -> [String: YAMLNode.Entry] {
    var usable: [String: YAMLNode.Entry] = [:]
    for entry in all {
      guard let key = shape.keys.first(where: { $0.name == entry.key }) else {
        reportUnknown(entry)
        continue
      }
      if let condition = key.condition, let value = value(of: condition.key),
        !condition.values.contains(value)
      {
        input.context.problems.report(
          "'\(key.name)' does not apply to '\(condition.key): \(value)'; it applies to "
            + "\(condition.key) \(Wording.list(condition.values))", at: entry.keyPosition)
        continue
      }
      usable[entry.key] = entry
    }
    return usable
  }

  func reportMissing() {
    for key in shape.keys where key.isRequired && present[key.name] == nil && holds(key.condition) {
      let remedy = key.remedy.map { "; \($0)" } ?? ""
      input.context.problems.report(
        "\(input.name) needs the key '\(key.name)'\(remedy)", at: input.node.position)
    }
  }

  func reportAlternatives() {
    for alternatives in shape.alternatives where holds(alternatives.condition) {
      let found = alternatives.names.compactMap { present[$0] }.sorted {
        $0.keyPosition < $1.keyPosition
      }
      let names = alternatives.names.map { "'\($0)'" }
      if found.isEmpty {
        input.context.problems.report(
          "\(input.name) needs one of \(Wording.list(names))", at: input.node.position)
      }
      for extra in found.dropFirst() {
        input.context.problems.report(
          "\(input.name) may have only one of \(Wording.list(names))", at: extra.keyPosition)
      }
    }
  }

  private func reportUnknown(_ entry: YAMLNode.Entry) {
    let names = shape.keys.filter { holds($0.condition) }.map(\.name)
    let isNamed = shape.namesUnknownKeys
    input.context.problems.report(
      "unknown key\(isNamed ? Wording.quotedKey(entry.key) : "") in \(input.name); "
        + Wording.known(names, insteadOf: isNamed ? entry.key : ""), at: entry.keyPosition)
  }

  /// True if there is no condition, or the deciding key has one of its values.
  private func holds(_ condition: Condition?) -> Bool {
    guard let condition else { return true }
    return value(of: condition.key).map(condition.values.contains) ?? false
  }

  /// The value of a key that decides over others, if it is one of its known ones.
  private func value(of name: String) -> String? {
    guard case .scalar(let text, _)? = present[name]?.value.content,
      case .choice(let words)? = shape.keys.first(where: { $0.name == name })?.shape
    else { return nil }
    return words.contains(text) ? text : nil
  }
}
