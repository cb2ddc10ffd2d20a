package import PluginContract

/// The `options` of a plugin, before it is known which plugin.
package struct RawOptions {
  private let entries: [YAMLNode.Entry]
  private let context: ReadingContext

  /// Takes a mapping's entries.
  init(entries: [YAMLNode.Entry], context: ReadingContext) {
    self.entries = entries
    self.context = context
  }

  /// The options by a plugin's declarations; what is unknown or of the wrong type is reported at
  /// its line.
  ///
  /// - Parameter owner: who takes them, for messages: `the matcher 'smtp'`.
  package func values(
    declared: [OptionDeclaration], by owner: String
  ) -> [String: OptionValue] {
    var values: [String: OptionValue] = [:]
    for entry in entries {
      guard let option = declared.first(where: { $0.name == entry.key }) else {
        reportUnknown(entry, declared, owner)
        continue
      }
      values[option.name] = option.type.value(of: input(of: entry))
    }
    return values
  }

  /// The options without a declaration: truth values, whole numbers and texts, by the look of them.
  package var undeclaredValues: [String: OptionValue] {
    let values = entries.compactMap { entry in
      input(of: entry).undeclaredOption.map { (entry.key, $0) }
    }
    return Dictionary(values) { first, _ in first }
  }

  private func input(of entry: YAMLNode.Entry) -> InputValue {
    InputValue(
      node: entry.value, name: "the option\(Wording.quotedKey(entry.key))", context: context)
  }

  private func reportUnknown(
    _ entry: YAMLNode.Entry, _ declared: [OptionDeclaration], _ owner: String
  ) {
    let known =
      declared.isEmpty
      ? "it takes no options" : Wording.known(declared.map(\.name), insteadOf: entry.key)
    context.problems.report(
      "unknown option\(Wording.quotedKey(entry.key)) of \(owner); \(known)",
      at: entry.keyPosition)
  }
}

extension Reading where Value == RawOptions {
  /// A mapping of options, kept for when the plugin is known.
  package static var rawOptions: Reading {
    Reading(shape: .map(.option)) { input in
      guard case .mapping(let entries) = input.node.content else {
        return input.refuse(expected: "a mapping of options")
      }
      return RawOptions(entries: entries, context: input.context)
    }
  }
}
