internal import OperatingSystem
internal import PluginContract
package import PluginTesting
package import TenantCore

/// An outside plugin held against the contract, rule by rule.
package struct PluginCheck: Sendable {
  /// The plugin's name.
  package let name: String
  /// Its duties, in the order in which they were tried.
  package let verdicts: [ContractVerdict]

  /// How many rules are broken.
  package var broken: Int { verdicts.count { !$0.problems.isEmpty } }
}

extension PluginRegistry {
  /// Starts the plugin in a folder as a run would, with data that is ordinary, empty, hostile and
  /// large.
  ///
  /// - Parameter phrase: says what is wrong, and the remedy.
  /// - Throws: ``TenantCore/Failure`` if there is no such folder.
  package func check(
    folder: String, _ phrase: @escaping @Sendable (Failure) -> String
  ) async throws -> PluginCheck {
    guard let trial = host.trial(folder: folder) else { throw Self.noFolder(folder) }
    let verdicts = try await OwnThread.run { Self.verdicts(of: trial, phrase) }
    return PluginCheck(name: trial.name, verdicts: verdicts)
  }

  private static func verdicts(
    of trial: any PluginTrying, _ phrase: (Failure) -> String
  ) -> [ContractVerdict] {
    let own = trial.duties().map {
      ContractVerdict(duty: $0.name, problems: $0.problem.map { [phrase($0)] } ?? [])
    }
    // Without a process that greets there is nothing to ask.
    guard own.prefix(2).allSatisfy(\.problems.isEmpty) else { return own }
    if let matcher = trial.matcher { return own + MatcherContractSuite(plugin: matcher).verdicts() }
    if let exporter = trial.exporter {
      return own + ExporterContractSuite(plugin: exporter).verdicts()
    }
    return own
  }

  /// Writes a program's SHA-256 into its plugin's manifest.
  ///
  /// - Throws: ``TenantCore/Failure`` if there is no such folder; a ``PluginProblem``.
  package func seal(folder: String) throws -> SealedPlugin {
    guard let sealed = try host.seal(folder: folder) else { throw Self.noFolder(folder) }
    return sealed
  }

  private static func noFolder(_ folder: String) -> Failure {
    Failure(.notAvailable, "there is no folder '\(folder)'")
  }
}
