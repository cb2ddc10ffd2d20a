extension Reading where Value == String {
  /// One line of text that is not blank.
  package static var text: Reading { text(pattern: nil) { _ in nil } }

  /// Text that `complaint` has nothing to say against.
  ///
  /// - Parameter complaint: nil, or the rest of the sentence "'key' …".
  package static func text(
    pattern: String? = nil, _ complaint: @escaping @Sendable (String) -> String?
  ) -> Reading {
    Reading(shape: .text(pattern: pattern)) { input in
      guard let text = input.text else { return nil }
      if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        return input.refuse("\(input.name) must be one line without control characters")
      }
      if let complaint = complaint(text) { return input.refuse("\(input.name) \(complaint)") }
      return text
    }
  }

  /// A path; a relative one counts from the file's folder, and the answer is absolute.
  package static var path: Reading {
    text.map { path, input in path.hasPrefix("/") ? path : input.context.folder + "/" + path }
  }
}

extension Reading where Value == Int {
  package static func wholeNumber(_ range: ClosedRange<Int>) -> Reading {
    Reading(shape: .wholeNumber(range)) { input in
      let expected =
        range.count == 1
        ? "\(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      guard let value = input.wholeNumber else { return input.refuse(expected: expected) }
      guard range.contains(value) else {
        return input.refuse("\(input.name) must be \(expected), not \(value)")
      }
      return value
    }
  }
}

extension Reading where Value == Bool {
  /// `true` and nothing else.
  package static var onlyTrue: Reading {
    Reading(shape: .onlyTrue) { input in
      guard input.truth == true else {
        return input.refuse("\(input.name) must be true; without it, remove the whole entry")
      }
      return true
    }
  }
}

extension Reading
where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of the words of an enumeration; an unknown one is answered with the known ones.
  package static var choice: Reading {
    let words = Value.allCases.map(\.rawValue)
    return Reading(shape: .choice(words)) { input in
      guard let text = input.text else { return nil }
      guard let value = Value(rawValue: text) else {
        return input.refuse(
          "\(input.name) cannot be \(Wording.quoted(text)); "
            + Wording.known(words, insteadOf: text))
      }
      return value
    }
  }
}

extension InputValue {
  /// The value as text that is not blank; anything else is reported.
  package var text: String? {
    guard case .scalar(let text, let isPlain) = node.content else {
      return refuse(expected: "text")
    }
    switch PlainScalar(text, isPlain: isPlain) {
    case .text where text.allSatisfy(\.isWhitespace):
      return refuse("\(name) must not be empty")
    case .text: return text
    case .none: return refuse(expected: "text")
    case .truth, .wholeNumber, .otherNumber:
      return refuse("\(name) must be text; put it in quotes")
    }
  }

  /// The value as true or false, or nil; nothing is reported.
  package var truth: Bool? {
    guard case .scalar(let text, let isPlain) = node.content,
      case .truth(let value) = PlainScalar(text, isPlain: isPlain)
    else { return nil }
    return value
  }

  /// The value as a whole number, or nil; nothing is reported.
  package var wholeNumber: Int? {
    guard case .scalar(let text, let isPlain) = node.content,
      case .wholeNumber(let value) = PlainScalar(text, isPlain: isPlain)
    else { return nil }
    return value
  }
}
