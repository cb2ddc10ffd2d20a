import PluginContract

/// The `options` of a matcher, before it is known which matcher.
struct RawOptions {
  let entries: [YAMLNode.Entry]
  let context: ReadingContext

  /// The options by the matcher's declaration; what is unknown or of the wrong type is reported at
  /// its line. Without a declaration there is nothing to check against.
  func values(for matcher: MatcherDeclaration?) -> [String: OptionValue] {
    guard let matcher else { return [:] }
    var values: [String: OptionValue] = [:]
    for entry in entries {
      guard let option = matcher.options.first(where: { $0.name == entry.key }) else {
        reportUnknown(entry, matcher)
        continue
      }
      let slot = Slot(node: entry.value, name: "the option '\(option.name)'", context: context)
      values[option.name] = option.type.value(of: slot)
    }
    return values
  }

  private func reportUnknown(_ entry: YAMLNode.Entry, _ matcher: MatcherDeclaration) {
    let known =
      matcher.options.isEmpty
      ? "it takes no options" : Wording.known(matcher.options.map(\.name), insteadOf: entry.key)
    context.problems.report(
      "unknown option\(Wording.quotedKey(entry.key)) of the matcher '\(matcher.name)'; \(known)",
      at: entry.keyPosition)
  }
}

extension Reading where Value == RawOptions {
  static var rawOptions: Reading {
    Reading(shape: .map(.option)) { slot in
      guard case .mapping(let entries) = slot.node.content else {
        return slot.refuse(expected: "a mapping of options")
      }
      return RawOptions(entries: entries, context: slot.context)
    }
  }
}

extension OptionType {
  fileprivate func value(of slot: Slot) -> OptionValue? {
    switch self {
    case .boolean:
      slot.truth.map { .boolean($0) } ?? slot.refuse(expected: "true or false")
    case .integer:
      slot.wholeNumber.map { .integer($0) } ?? slot.refuse(expected: "a whole number")
    case .string:
      Reading<String>.text.read(slot).map { .string($0) }
    case .choice(let words):
      slot.text.flatMap { text in
        words.contains(text)
          ? .string(text)
          : slot.refuse(
            "\(slot.name) cannot be \(Wording.quoted(text)); "
              + Wording.known(words, insteadOf: text))
      }
    }
  }
}
