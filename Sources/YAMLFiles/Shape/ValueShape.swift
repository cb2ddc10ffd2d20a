/// What a value of a file may look like: what the reader checks, and what a schema tells editors.
package indirect enum ValueShape: Sendable {
  /// Text that is not empty; the pattern is a regular expression for the whole of it.
  case text(pattern: String?)
  case choice([String])
  case wholeNumber(ClosedRange<Int>)
  /// The word `true` and nothing else.
  case onlyTrue
  /// A plugin's option: true or false, a whole number or text.
  case option
  case list(ValueShape, minimum: Int)
  case object(ObjectShape)
  /// A mapping with keys of the user's choice; the pattern is a regular expression for the whole of
  /// a key.
  case map(ValueShape, keyPattern: String? = nil)
}

/// The keys of a mapping.
package struct ObjectShape: Sendable {
  /// Keys of which exactly one must be there.
  package struct Alternatives: Sendable {
    package let names: [String]
    package let condition: Condition?

    package init(_ names: [String], when condition: Condition? = nil) {
      self.names = names
      self.condition = condition
    }
  }

  package let keys: [KeyShape]
  package let alternatives: [Alternatives]
  /// False where a wrong key may be a misplaced secret; messages do not name it then.
  package let namesUnknownKeys: Bool

  package init(
    keys: [KeyShape], alternatives: [Alternatives] = [], namesUnknownKeys: Bool = true
  ) {
    self.keys = keys
    self.alternatives = alternatives
    self.namesUnknownKeys = namesUnknownKeys
  }
}

/// A key without the type of its value.
package struct KeyShape: Sendable {
  package let name: String
  package let shape: ValueShape
  package let isRequired: Bool
  /// What to do if a required key is missing; follows a semicolon.
  package let remedy: String?
  package let condition: Condition?
}

/// A key counts only where another key of the same mapping has one of these values.
package struct Condition: Sendable, Equatable {
  package let key: String
  package let values: [String]

  package init(_ key: String, _ values: String...) {
    self.key = key
    self.values = values
  }
}

/// A key and how its value is read.
package struct Key<Value>: Sendable {
  package let name: String
  package let reading: Reading<Value>
  package let declaration: KeyShape

  package init(
    _ name: String, _ reading: Reading<Value>, required: Bool = false, remedy: String? = nil,
    when condition: Condition? = nil
  ) {
    self.name = name
    self.reading = reading
    declaration = KeyShape(
      name: name, shape: reading.shape, isRequired: required, remedy: remedy,
      condition: condition)
  }
}
