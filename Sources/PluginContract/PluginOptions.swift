/// The type of a plugin's option, as a tenant file writes it.
public enum OptionType: Sendable, Equatable {
  /// `true` or `false`.
  case boolean
  /// A whole number.
  case integer
  /// Any text.
  case string
  /// One of these words.
  case choice([String])
}

/// The value of a plugin's option.
public enum OptionValue: Sendable, Equatable {
  /// A truth value.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A text, or one of the words of a choice.
  case string(String)
}

/// An option that a plugin takes.
public struct OptionDeclaration: Sendable, Equatable {
  /// The key in the tenant file.
  public let name: String
  /// The type of its value.
  public let type: OptionType
  /// The value where the tenant file names none.
  public let standard: OptionValue
  /// One sentence: what it does.
  public let summary: String

  /// Makes a declaration.
  public init(_ name: String, _ type: OptionType, default standard: OptionValue, _ summary: String)
  {
    self.name = name
    self.type = type
    self.standard = standard
    self.summary = summary
  }
}

/// The options that a plugin was given, with the defaults filled in.
public struct OptionValues: Sendable, Equatable {
  private var values: [String: OptionValue]

  /// All values by name.
  package var all: [String: OptionValue] { values }

  /// Takes what was given, and the declared default for the rest.
  public init(_ given: [String: OptionValue] = [:], declared: [OptionDeclaration] = []) {
    values = Dictionary(declared.map { ($0.name, $0.standard) }) { first, _ in first }
    values.merge(given) { _, new in new }
  }

  /// A truth value; false if there is none of that name.
  public func boolean(_ name: String) -> Bool {
    if case .boolean(let value)? = values[name] { value } else { false }
  }

  /// A whole number, or nil if there is none of that name.
  public func integer(_ name: String) -> Int? {
    if case .integer(let value)? = values[name] { value } else { nil }
  }

  /// A text, or nil if there is none of that name.
  public func string(_ name: String) -> String? {
    if case .string(let value)? = values[name] { value } else { nil }
  }
}

/// An option's value that a plugin cannot work with.
public struct OptionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The option's name.
  public let option: String
  /// What is wrong, and the remedy.
  public let message: String

  /// Makes an error.
  public init(option: String, message: String) {
    self.option = option
    self.message = message
  }

  /// `option 'separator': message`.
  public var description: String { "option '\(option)': \(message)" }
}
