internal import Administration
internal import ArgumentParser
internal import Foundation
internal import OperatingSystem
internal import PluginHost
internal import TenantConfig
internal import TenantCore
internal import Wiring

/// `tenantctl tenants validate`.
struct TenantsValidate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check tenant files without connecting anywhere.",
    discussion: """
      Without files, all of the folder are checked. Needs no permission in the tenants.

      Examples:
        tenantctl tenants validate tenants/acme.yaml
        tenantctl tenants validate acme

      Exit codes: 0 all are right, 70 an outside plugin fails, 78 at least one is wrong.
      """)

  @Argument(help: "Tenant files, or tenants by name.", completion: .file(extensions: ["yaml"]))
  var files: [String] = []
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let workbench = global.workbench
    var failures: [Failure] = []
    for (path, result) in try results(workbench.plugins) {
      do {
        let tenant = try result.get().tenant
        try await check(tenant, workbench)
        notePins(of: tenant, path: path, workbench)
        try StandardStreams.write("\(DisplayText.safe(path)): right\n")
      } catch let error as TenantConfigError {
        failures.append(Failure(error))
      } catch let error as PluginError {
        let failure = Failure(error)
        failures.append(Failure(failure.kind, "\(path): \(failure.atTerminal(tenant: nil))"))
      } catch let error where error is MatcherOptionError || error is UnknownPlugin {
        failures.append(Failure(error))
      }
    }
    if let kind = failures.map(\.kind).max(by: { $0.exitCode < $1.exitCode }) {
      throw Failure(kind, failures.map(\.message).joined(separator: "\n"))
    }
  }

  /// What only the matchers know: whether their options make sense, and whether an outside one is
  /// in order.
  private func check(_ tenant: Tenant, _ workbench: Workbench) async throws {
    let run = workbench.pluginRun(of: tenant)
    _ = try await run.use {
      try await OwnThread.run { try workbench.plugins.matcher(of: tenant, in: run) }
    }
  }

  /// A hash protects from nothing where no plugin has the name.
  private func notePins(of tenant: Tenant, path: String, _ workbench: Workbench) {
    for name in tenant.pluginHashes.keys.sorted()
    where workbench.plugins.catalog.plugin(named: name) == nil {
      let what = BuiltInPlugins.names.contains(name) ? "is built in" : "is not installed here"
      global.notes.say("\(path): plugins: '\(name)' \(what), so its sha256 is not compared")
    }
  }

  private func results(
    _ plugins: KnownPlugins
  ) throws -> [(path: String, result: Result<TenantFile, TenantConfigError>)] {
    guard !files.isEmpty else {
      let folder = TenantFolder(
        path: global.installation.tenantsPath, matchers: plugins.matcherDeclarations,
        refusedMatchers: plugins.refusedMatchers, checksSecretFiles: true)
      return try folder.loadAll().map { ("\(folder.path)/\($0.name).yaml", $0.result) }
    }
    let reader = TenantFileReader(
      matchers: plugins.matcherDeclarations, refusedMatchers: plugins.refusedMatchers,
      checksSecretFiles: true)
    return files.map(file(named:)).map { path in
      do throws(TenantConfigError) {
        return (path, .success(try reader.read(path: path)))
      } catch {
        return (path, .failure(error))
      }
    }
  }

  /// A word that names no file but a tenant, as other commands take it, stands for that one's file.
  private func file(named word: String) -> String {
    let file = "\(global.installation.tenantsPath)/\(word).yaml"
    let isThere = FileManager.default.fileExists(atPath:)
    return !word.contains("/") && !isThere(word) && isThere(file) ? file : word
  }
}
