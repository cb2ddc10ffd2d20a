internal import OperatingSystem
internal import PluginContract
internal import YAMLFiles

/// The keys of `manifest.yaml`.
enum ManifestKeys {
  private static let remedy = "sealing the plugin writes it"

  static let manifest = Key("manifest", .wholeNumber(1...1), required: true)
  static let name = Key("name", .located(.plainName), required: true)
  static let kind = Key("kind", Reading<PluginKind>.choice, required: true)
  static let version = Key("version", .text, required: true)
  static let contract = Key("contract", .wholeNumber(1...1_000_000), required: true)
  static let program = Key("program", .fileName, required: true)
  static let arguments = Key("arguments", .list(of: .text))
  static let sha256 = Key(
    "sha256", .sha256(remedy: remedy), required: true, remedy: remedy)
  static let author = Key("author", .text, required: true)
  static let summary = Key("summary", .text, required: true)
  static let options = Key("options", .map(of: .declaredOption))
  static let reads = Key("reads", .list(of: .absolutePath))

  private static let forExporters = Condition("kind", "exporter")
  static let fileExtension = Key(
    "fileExtension", .fileExtension, required: true, when: forExporters)
  static let mediaType = Key("mediaType", .text, required: true, when: forExporters)
  static let streams = Key("streams", .truth, when: forExporters)
  static let columns = Key(
    "columns", .list(of: Reading<RowColumn>.choice, minimum: 1), when: forExporters)

  static let shape = ObjectShape(keys: [
    manifest.declaration, name.declaration, kind.declaration, version.declaration,
    contract.declaration, program.declaration, arguments.declaration, sha256.declaration,
    author.declaration, summary.declaration, options.declaration, reads.declaration,
    fileExtension.declaration, mediaType.declaration, streams.declaration, columns.declaration,
  ])
}

extension FileKind {
  static let manifest = FileKind(
    name: "plugin manifest", folderName: "folder of a plugin",
    needs: "the keys of a manifest, which each new plugin begins with",
    remedyIfLarge: "a manifest is a few lines")
}

extension Reading where Value == PluginManifest {
  /// The whole file.
  ///
  /// - Parameter folder: the name of the plugin's folder, which must be the plugin's.
  static func manifest(in folder: String) -> Reading {
    .object(ManifestKeys.shape) { section in
      _ = section.value(ManifestKeys.manifest)
      let name = section.value(ManifestKeys.name)?.value
      if let name, name != folder {
        section.report(
          "'name' must be the folder's name, '\(folder)': rename one of them",
          atValueOf: ManifestKeys.name)
      }
      if let contract = section.value(ManifestKeys.contract) {
        checkContract(contract, in: section)
      }
      let columns = section.value(ManifestKeys.columns) ?? RowColumn.standard
      let traits = PluginManifest.ExporterTraits(
        fileExtension: section.value(ManifestKeys.fileExtension) ?? "",
        mediaType: section.value(ManifestKeys.mediaType) ?? "",
        streams: section.value(ManifestKeys.streams) ?? true, columns: columns)
      return PluginManifest(
        name: name ?? "",
        kind: section.value(ManifestKeys.kind) == .exporter ? .exporter(traits) : .matcher,
        version: section.value(ManifestKeys.version) ?? "",
        contract: section.value(ManifestKeys.contract) ?? 0,
        program: section.value(ManifestKeys.program) ?? "",
        arguments: section.value(ManifestKeys.arguments) ?? [],
        sha256: section.value(ManifestKeys.sha256) ?? "",
        author: section.value(ManifestKeys.author) ?? "",
        summary: section.value(ManifestKeys.summary) ?? "",
        options: section.value(ManifestKeys.options).map(named) ?? [],
        reads: section.value(ManifestKeys.reads) ?? [])
    }
  }

  private static func checkContract(_ contract: Int, in section: Section) {
    let ours = ContractRange.present
    guard !(ours.oldest...ours.newest).contains(contract) else { return }
    section.report(
      "the plugin is for version \(contract) of the contract, this tenantctl for \(ours); install "
        + "a version of the plugin for \(ours)", atValueOf: ManifestKeys.contract)
  }

  private static func named(
    _ options: [(key: String, value: OptionDeclaration)]
  ) -> [OptionDeclaration] {
    options.map {
      OptionDeclaration($0.key, $0.value.type, default: $0.value.standard, $0.value.summary)
    }
  }
}

extension Reading where Value == String {
  fileprivate static var fileName: Reading {
    text { name in
      name.contains("/") || name.hasPrefix(".")
        ? "must be the name of a file in the plugin's folder, without a slash" : nil
    }
  }

  fileprivate static var fileExtension: Reading {
    text(pattern: "^[a-z0-9]{1,16}$") { text in
      (1...16).contains(text.utf8.count)
        && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) }
        ? nil : "must be 1 to 16 lower case letters and digits, without a dot"
    }
  }

  fileprivate static var absolutePath: Reading {
    text { $0.hasPrefix("/") ? nil : "must be an absolute path" }
  }
}

extension Reading where Value == Bool {
  fileprivate static var truth: Reading {
    Reading(shape: .option) { input in input.truth ?? input.refuse(expected: "true or false") }
  }
}
