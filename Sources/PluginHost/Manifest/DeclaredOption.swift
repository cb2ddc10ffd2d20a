internal import PluginContract
internal import YAMLFiles

/// The keys of an entry of a manifest's `options`.
private enum DeclaredOptionKeys {
  static let type = Key("type", Reading<OptionTypeName>.choice, required: true)
  static let words = Key("words", .list(of: .text, minimum: 1), when: Condition("type", "choice"))
  static let standard = Key("default", .asItIs, required: true)
  static let summary = Key("summary", .text, required: true)

  static let shape = ObjectShape(keys: [
    type.declaration, words.declaration, standard.declaration, summary.declaration,
  ])
}

extension Reading where Value == OptionDeclaration {
  /// An option without its name, which is the key that it stands under.
  static var declaredOption: Reading {
    .object(DeclaredOptionKeys.shape) { section in
      guard let name = section.value(DeclaredOptionKeys.type),
        let standard = section.value(DeclaredOptionKeys.standard)
      else { return nil }
      guard let type = OptionType(name, words: section.value(DeclaredOptionKeys.words)) else {
        section.report("a choice needs 'words', a list", at: DeclaredOptionKeys.type)
        return nil
      }
      guard let value = type.value(of: standard, isDefault: true) else { return nil }
      return OptionDeclaration(
        "", type, default: value, section.value(DeclaredOptionKeys.summary) ?? "")
    }
  }
}

extension Reading where Value == InputValue {
  /// A value whose type another key tells.
  fileprivate static var asItIs: Reading { Reading(shape: .option) { $0 } }
}
