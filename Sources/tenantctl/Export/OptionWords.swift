internal import ArgumentParser
internal import PluginContract

/// The options of a format as they are typed: `name=value`.
struct OptionWords {
  private let words: [String]

  init(_ words: [String]) { self.words = words }

  /// The options by their declarations, with the defaults filled in.
  func values(declared: [OptionDeclaration]) throws -> OptionValues {
    var given: [String: OptionValue] = [:]
    for word in words {
      guard let separator = word.firstIndex(of: "=") else {
        throw ValidationError("--option takes name=value, not '\(word)'")
      }
      let name = String(word[..<separator])
      guard let option = declared.first(where: { $0.name == name }) else {
        let known = declared.map(\.name).joined(separator: ", ")
        throw ValidationError(
          "there is no option '\(name)'; \(known.isEmpty ? "the format takes none" : "known: " + known)"
        )
      }
      given[name] = try value(String(word[word.index(after: separator)...]), of: option)
    }
    return OptionValues(given, declared: declared)
  }

  private func value(_ text: String, of option: OptionDeclaration) throws -> OptionValue {
    switch option.type {
    case .boolean:
      guard let value = Bool(text) else { break }
      return .boolean(value)
    case .integer:
      guard let value = Int(text) else { break }
      return .integer(value)
    case .string: return .string(text)
    case .choice(let words):
      guard words.contains(text) else { break }
      return .string(text)
    }
    throw ValidationError(
      "the option '\(option.name)' takes \(OptionWording.type(option.type)), not '\(text)'")
  }
}
