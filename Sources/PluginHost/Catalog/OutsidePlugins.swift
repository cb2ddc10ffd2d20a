package import Administration
import Foundation
package import Logging
internal import PluginContract
internal import TenantCore

/// The outside plugins of an installation, as the use cases see them.
package struct OutsidePlugins: PluginHosting {
  package let plugins: [OutsidePlugin]
  private let catalog: PluginCatalog
  private let builtIn: Set<String>
  private let limits: PluginLimits
  private let logger: Logger

  /// Looks for plugins.
  ///
  /// - Parameter builtIn: the names of the plugins that are linked into the program.
  package init(
    _ places: PluginPlaces, builtIn: Set<String>, limits: PluginLimits, logger: Logger
  ) {
    catalog = PluginCatalog(places, builtIn: builtIn)
    plugins = catalog.plugins.map(OutsidePlugin.init)
    self.builtIn = builtIn
    self.limits = limits
    self.logger = logger
  }

  package var isolation: [String] { PluginIsolation.offered.words }

  package func checkProgram(of plugin: OutsidePlugin) throws -> String {
    try installed(plugin).program().sha256
  }

  package func begin(pins: [String: String]) -> any PluginRunning {
    let run = PluginRun(limits: limits, logger: logger, pins: pins)
    return RunOfOutsidePlugins(run: run, host: self)
  }

  package func trial(folder: String) -> (any PluginTrying)? {
    guard FileManager.default.fileExists(atPath: folder) else { return nil }
    return PluginTrial(folder: folder, builtIn: builtIn, limits: limits, logger: logger)
  }

  package func seal(folder: String) throws -> SealedPlugin? {
    guard FileManager.default.fileExists(atPath: folder) else { return nil }
    let hash = try ManifestSeal(folder: folder).write()
    do throws(PluginError) {
      _ = try InstalledPlugin(folder: folder).program()
      return SealedPlugin(sha256: hash, problem: nil)
    } catch {
      return SealedPlugin(sha256: hash, problem: error.failure)
    }
  }

  /// The plugin as it was found.
  fileprivate func installed(_ plugin: OutsidePlugin) -> InstalledPlugin {
    catalog.plugins.first { $0.name == plugin.name && $0.folder == plugin.folder }
      ?? InstalledPlugin(folder: plugin.folder)
  }
}

extension OutsidePlugin {
  fileprivate init(_ plugin: InstalledPlugin) {
    self.init(
      name: plugin.name, folder: plugin.folder, matcher: plugin.manifest?.matcherDeclaration,
      exporter: plugin.manifest?.exporterDeclaration, author: plugin.manifest?.author,
      reads: plugin.manifest?.reads ?? [], refusal: plugin.refusal,
      hasPlainName: plugin.hasPlainName)
  }
}

/// The processes of one piece of work.
private struct RunOfOutsidePlugins: PluginRunning {
  let run: PluginRun
  let host: OutsidePlugins

  func use<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await run.use(work)
  }

  func matcher(_ plugin: OutsidePlugin, _ context: MatcherContext) throws -> any Matcher {
    try run.matcher(host.installed(plugin), context)
  }

  func exporter(_ plugin: OutsidePlugin) throws -> any Exporter {
    try run.exporter(host.installed(plugin))
  }
}

extension PluginTrial: PluginTrying {
  package var name: String { plugin.name }

  package func duties() -> [PluginDuty] {
    verdicts().map { verdict in
      PluginDuty(
        verdict.duty,
        problem: verdict.problem.map {
          Failure(.internalFailure, $0, remedy: verdict.remedy)
        })
    }
  }
}

extension PluginError: PluginProblem {}
