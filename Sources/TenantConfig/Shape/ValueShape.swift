/// What a value of the tenant file may look like: what the reader checks, and what
/// `tenants/tenant.schema.json` tells editors. A test compares the two.
indirect enum ValueShape: Sendable {
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
  /// A mapping with keys of the user's choice.
  case map(ValueShape)
}

/// The keys of a mapping.
struct ObjectShape: Sendable {
  /// Keys of which exactly one must be there.
  struct Alternatives: Sendable {
    let names: [String]
    let condition: Condition?

    init(_ names: [String], when condition: Condition? = nil) {
      self.names = names
      self.condition = condition
    }
  }

  let keys: [KeyShape]
  var alternatives: [Alternatives] = []
  /// False where a wrong key may be a misplaced secret; messages do not name it then.
  var namesUnknownKeys = true
}

/// A key without the type of its value.
struct KeyShape: Sendable {
  let name: String
  let shape: ValueShape
  let isRequired: Bool
  let condition: Condition?
}

/// A key counts only where another key of the same mapping has one of these values.
struct Condition: Sendable, Equatable {
  let key: String
  let values: [String]

  init(_ key: String, _ values: String...) {
    self.key = key
    self.values = values
  }
}

/// A key and how its value is read.
struct Key<Value>: Sendable {
  let name: String
  let reading: Reading<Value>
  let declaration: KeyShape

  init(
    _ name: String, _ reading: Reading<Value>, required: Bool = false,
    when condition: Condition? = nil
  ) {
    self.name = name
    self.reading = reading
    declaration = KeyShape(
      name: name, shape: reading.shape, isRequired: required, condition: condition)
  }
}
