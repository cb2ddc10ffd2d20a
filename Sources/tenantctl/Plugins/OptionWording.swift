internal import PluginContract

/// Options as text, for people and for a tenant file.
enum OptionWording {
  /// `true or false`, `number`, `text`, or the words of a choice.
  static func type(_ type: OptionType) -> String {
    switch type {
    case .boolean: "true or false"
    case .integer: "a whole number"
    case .string: "text"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    }
  }

  /// A value as a tenant file writes it.
  static func value(_ value: OptionValue) -> String {
    guard case .string(let text) = value else { return plain(value) }
    return "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  /// A value as a command line has it.
  static func plain(_ value: OptionValue) -> String {
    switch value {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .string(let value): value
    }
  }

  /// `separator (text, default "@"): what ends the name`.
  static func line(_ option: OptionDeclaration) -> String {
    "\(option.name) (\(type(option.type)), default \(value(option.standard))): \(option.summary)"
  }

  /// A mapping of all options with their defaults; nil if there are none.
  static func sample(_ options: [OptionDeclaration]) -> String? {
    guard !options.isEmpty else { return nil }
    let members = options.map { "\($0.name): \(value($0.standard))" }
    return "{ \(members.joined(separator: ", ")) }"
  }
}
