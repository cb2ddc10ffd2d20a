package import PluginContract

extension OptionType {
  /// A value of this type; nil if it is of another, which is reported.
  ///
  /// - Parameter isDefault: true for the default in a declaration: only there may a text be empty,
  ///   because a file that means nothing leaves the option out.
  package func value(of input: InputValue, isDefault: Bool = false) -> OptionValue? {
    switch self {
    case .boolean:
      input.truth.map { .boolean($0) } ?? input.refuse(expected: "true or false")
    case .integer:
      input.wholeNumber.map { .integer($0) } ?? input.refuse(expected: "a whole number")
    case .string where isDefault && input.isEmptyText: .string("")
    case .string:
      Reading<String>.text.read(input).map { .string($0) }
    case .choice(let words):
      input.text.flatMap { text in
        words.contains(text)
          ? .string(text)
          : input.refuse(
            "\(input.name) cannot be \(Wording.quoted(text)); "
              + Wording.known(words, insteadOf: text))
      }
    }
  }
}

extension InputValue {
  /// True for a pair of quotes with nothing in it.
  fileprivate var isEmptyText: Bool {
    if case .scalar("", isPlain: false) = node.content { true } else { false }
  }

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
