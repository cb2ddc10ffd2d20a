/// The files of a new plugin: the examples of `Plugins/Examples` with another name, so that what is
/// made is what is tested.
struct PluginTemplate {
  let name: String
  let kind: NewPluginKind

  /// `mail-name` as a Swift type is called: `MailName`.
  private var typeName: String { Self.typeName(name) }

  // MARK: - Python

  func python() -> [NewFolder.File] {
    let (program, manifest, example) =
      switch kind {
      case .matcher:
        (PackageResources.python_matcher, PackageResources.python_matcher_manifest, "mail-name")
      case .exporter:
        (PackageResources.python_exporter, PackageResources.python_exporter_manifest, "markdown")
      }
    return [
      .init(path: name, text: renamed(program, from: example), isExecutable: true),
      .init(path: "manifest.yaml", text: renamed(manifest, from: example)),
      .init(path: "README.md", text: readme("change the upper part of the program `\(name)`")),
    ]
  }

  // MARK: - Swift

  /// - Parameter sources: the folder of tenantctl's sources.
  func swift(sources: String) -> [NewFolder.File] {
    let (plugin, program, manifest, example) =
      switch kind {
      case .matcher:
        (
          PackageResources.swift_matcher, PackageResources.swift_matcher_program,
          PackageResources.swift_matcher_manifest, "staff-number"
        )
      case .exporter:
        (
          PackageResources.swift_exporter, PackageResources.swift_exporter_program,
          PackageResources.swift_exporter_manifest, "login-list"
        )
      }
    let folder = "Sources/\(name)"
    let type = typeName + (kind == .matcher ? "Matcher" : "Exporter")
    let package = renamed(PackageResources.swift_package, from: "staff-number")
      .replacing("../../..", with: sources)
    return [
      .init(path: "Package.swift", text: package),
      .init(path: "\(folder)/\(type).swift", text: renamed(plugin, from: example)),
      .init(path: "\(folder)/Program.swift", text: renamed(program, from: example)),
      .init(path: "manifest.yaml", text: renamed(manifest, from: example)),
      .init(path: "build", text: buildScript, isExecutable: true),
      .init(path: ".gitignore", text: ".build/\nPackage.resolved\n/\(name)\n"),
      .init(
        path: "README.md", text: readme("change `\(folder)/\(type).swift`, then run `./build`")),
    ]
  }

  private var buildScript: String {
    """
    #!/bin/sh
    # Builds the program, puts it beside its manifest and writes its hash there.
    set -eu
    cd "$(dirname "$0")"
    swift build --configuration release --static-swift-stdlib -Xlinker -s
    install -m 755 .build/release/\(name) \(name)
    "${TENANTCTL:-tenantctl}" plugins seal .

    """
  }

  // MARK: - Names

  private func renamed(_ bytes: [UInt8], from example: String) -> String {
    let old = Self.typeName(example)
    return String(decoding: bytes, as: UTF8.self).replacing(example, with: name)
      .replacing("the tenantctl project", with: "unknown").replacing(old, with: typeName).replacing(
        Self.lowered(old), with: Self.lowered(typeName))
  }

  private static func typeName(_ name: String) -> String {
    let words = name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
    let joined = words.joined()
    return joined.first?.isLetter == true ? joined : "Plugin" + joined
  }

  private static func lowered(_ name: String) -> String {
    name.prefix(1).lowercased() + name.dropFirst()
  }

  private func readme(_ change: String) -> String {
    """
    # `\(name)`

    A \(kind.rawValue) for tenantctl. To make it your own: \(change); say in `manifest.yaml` what it does, who wrote it and which options \
    it takes. Then

    ```
    tenantctl plugins seal .     # writes the program's SHA-256 into manifest.yaml
    tenantctl plugins check .    # checks it against the contract, rule by rule
    ```

    To use it, put the folder into a plugins folder (`tenantctl plugins list --help`); only the program and `manifest.yaml` are needed.

    """
  }
}
