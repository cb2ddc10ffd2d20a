import YAMLFiles

/// The keys of an entry of `plugins`.
enum PluginKeys {
  static let remedy = "the plugin's manifest has it"

  static let sha256 = Key(
    "sha256", .sha256(remedy: remedy), required: true, remedy: remedy)

  static let shape = ObjectShape(keys: [sha256.declaration])
}

extension Reading where Value == [String: String] {
  /// `plugins`: the hashes of outside plugins by their names.
  static var pluginHashes: Reading {
    Reading<[(key: String, value: String)]>
      .map(of: .pluginHash, keys: .plainNames(of: "a plugin's name"))
      .map { entries, _ in Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first } }
  }
}

extension Reading where Value == String {
  fileprivate static var pluginHash: Reading {
    .object(PluginKeys.shape) { $0.value(PluginKeys.sha256) }
  }
}
