package import PluginContract

extension OptionType {
  /// A value of this type; nil if it is of another, which is reported.
  package func value(of slot: Slot) -> OptionValue? {
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

extension Slot {
  /// A value of the type that it looks like; nil if no option has such values, which is reported.
  var undeclaredOption: OptionValue? {
    if let truth { return .boolean(truth) }
    if let wholeNumber { return .integer(wholeNumber) }
    guard case .scalar(let text, let isPlain) = node.content,
      PlainScalar(text, isPlain: isPlain) == .text
    else { return refuse(expected: "true or false, a whole number or text") }
    return .string(text)
  }
}
