/// An option's value is JSON's own: `true`, `3`, `"text"`.
extension OptionValue: Codable {
  /// Reads a truth value, a whole number or a text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    }
  }
}

/// The types by the words of a manifest.
package enum OptionTypeName: String, Codable, Sendable, CaseIterable {
  case boolean, integer, text, choice
}

extension OptionType {
  /// The type's name in a manifest.
  package var name: OptionTypeName {
    switch self {
    case .boolean: .boolean
    case .integer: .integer
    case .string: .text
    case .choice: .choice
    }
  }

  /// The words of a choice.
  package var words: [String]? {
    if case .choice(let words) = self { words } else { nil }
  }

  /// A type from its name; nil for a choice without words.
  package init?(_ name: OptionTypeName, words: [String]?) {
    switch name {
    case .boolean: self = .boolean
    case .integer: self = .integer
    case .text: self = .string
    case .choice:
      guard let words, !words.isEmpty else { return nil }
      self = .choice(words)
    }
  }
}

extension OptionDeclaration: Codable {
  private enum Key: String, CodingKey { case name, type, words, standard = "default", summary }

  /// Reads a declaration: `name`, `type`, `words` (of a choice), `default`, `summary`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let words = try container.decodeIfPresent([String].self, forKey: .words)
    let typeName = try container.decode(OptionTypeName.self, forKey: .type)
    guard let type = OptionType(typeName, words: words) else {
      throw DecodingError.dataCorruptedError(
        forKey: .words, in: container, debugDescription: "a choice needs words")
    }
    self.init(
      try container.decode(String.self, forKey: .name), type,
      default: try container.decode(OptionValue.self, forKey: .standard),
      try container.decode(String.self, forKey: .summary))
  }

  /// Writes the declaration.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(type.name, forKey: .type)
    try container.encodeIfPresent(type.words, forKey: .words)
    try container.encode(standard, forKey: .standard)
    try container.encode(summary, forKey: .summary)
  }
}
