internal import Foundation
internal import PluginContract
internal import PluginHost
internal import Wiring

/// What is told of a plugin, built-in and outside alike.
struct PluginFacts: Encodable {
  var name: String
  var kind: String?
  var version: String?
  /// `built in`, or the folder.
  var origin: String
  var author: String?
  var sha256: String?
  /// `ready` or `refused`.
  var state = "ready"
  /// Why it is refused.
  var refusal: String?
  var summary: String?
  var contract: Int?
  /// Folders beyond the usual ones that the program reads.
  var reads: [String] = []

  init(_ declaration: MatcherDeclaration) {
    (name, kind, version) = (declaration.name, "matcher", declaration.version)
    (origin, summary) = ("built in", declaration.summary)
    contract = declaration.contractVersion
  }

  init(_ declaration: ExporterDeclaration) {
    (name, kind, version) = (declaration.name, "exporter", declaration.version)
    (origin, summary) = ("built in", declaration.summary)
    contract = declaration.contractVersion
  }

  /// Looks at the program too, as whoever starts it would.
  init(_ plugin: InstalledPlugin) {
    (name, origin) = (plugin.name, plugin.folder)
    if let manifest = plugin.manifest {
      kind = manifest.kind == .matcher ? "matcher" : "exporter"
      (version, summary) = (manifest.version, manifest.summary)
      (author, contract, reads) = (manifest.author, manifest.contract, manifest.reads)
    }
    do {
      sha256 = try plugin.program().sha256
    } catch {
      state = "refused"
      refusal = CommandRemedy.sentence(error.message, error.remedy)
    }
  }

  /// All plugins, in the order of a list.
  static func all(_ plugins: KnownPlugins) -> [PluginFacts] {
    BuiltInPlugins.matchers.map { PluginFacts($0.declaration) }
      + BuiltInPlugins.exporters.map { PluginFacts($0.declaration) }
      + plugins.catalog.plugins.map { PluginFacts($0) }
  }
}
