import OperatingSystem
import PluginContract
import YAMLFiles

/// A file that is no tenant's, read as another module would read one.
struct Manifest: Equatable {
  var name: String
  var program: String
  var kind: Kind
  var digits: OptionValue?
  var owner: String

  enum Kind: String, CaseIterable {
    case matcher, exporter
  }

  /// Reads a text as the manifest `/plugins/x/manifest.yaml`, with the problems in words.
  static func read(_ text: String) -> (manifest: Manifest?, problems: [String]) {
    let document = YAMLDocument(
      Array(text.utf8), shownAs: "manifest.yaml", kind: .manifest)
    let manifest = document.value(by: .manifest, folder: "/plugins/x", facts: "root")
    return (manifest, document.problems.sorted.map(\.description))
  }
}

extension FileKind {
  static let manifest = FileKind(
    name: "plugin manifest", folderName: "plugin folder", needs: "the key 'name'",
    remedyIfLarge: "shorten it")
}

private enum ManifestKeys {
  static let name = Key("name", .plainName, required: true)
  static let program = Key("program", .path, required: true)
  static let kind = Key("kind", Reading<Manifest.Kind>.choice, required: true)
  static let options = Key("options", .rawOptions)

  static let shape = ObjectShape(keys: [
    name.declaration, program.declaration, kind.declaration, options.declaration,
  ])
}

extension Reading where Value == Manifest {
  static var manifest: Reading {
    .object(ManifestKeys.shape) { section in
      let name = section.value(ManifestKeys.name)
      let program = section.value(ManifestKeys.program)
      let kind = section.value(ManifestKeys.kind)
      let options = section.value(ManifestKeys.options)?.values(
        declared: [OptionDeclaration("digits", .integer, default: .integer(6), "how many")],
        by: "the plugin")
      guard let name, let program, let kind else { return nil }
      return Manifest(
        name: name, program: program, kind: kind, digits: options?["digits"],
        owner: section.context.facts as? String ?? "")
    }
  }
}
