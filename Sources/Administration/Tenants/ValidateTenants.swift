internal import OperatingSystem
package import TenantCore

/// A tenant file that was checked without connecting anywhere.
package struct CheckedTenantFile: Sendable {
  /// A hash that protects from nothing, because no outside plugin of the name is there.
  package struct UnusedPin: Sendable {
    /// The plugin's name.
    package let plugin: String
    /// True if a plugin of the name is linked in, false if there is none.
    package let isBuiltIn: Bool
  }

  /// The file, as errors name it.
  package let path: String
  /// What is wrong; nil if all is right.
  package let failure: Failure?
  /// Hashes of the file that nothing is compared with.
  package let unusedPins: [UnusedPin]
}

extension TenantRegistry {
  /// Checks tenant files, and whether their matchers can be made of them; needs no permission in the
  /// tenants.
  ///
  /// - Parameters:
  ///   - words: paths, or tenants by name; empty for all files of the folder.
  ///   - tell: is given each file as soon as it was checked.
  package func validate(
    _ words: [String], _ tell: (CheckedTenantFile) throws -> Void
  ) async throws {
    for entry in try files.filesToValidate(words) {
      switch entry.file {
      case .success(let file):
        let failure = try await problem(of: file.tenant, path: entry.path)
        let pins = failure == nil ? unusedPins(of: file.tenant) : []
        try tell(CheckedTenantFile(path: entry.path, failure: failure, unusedPins: pins))
      case .failure(let refusal):
        try tell(
          CheckedTenantFile(path: entry.path, failure: refusal.failure, unusedPins: []))
      }
    }
  }

  /// What only the matchers know: whether their options make sense, and whether an outside one is
  /// in order.
  private func problem(of tenant: Tenant, path: String) async throws -> Failure? {
    let plugins = TenantPlugins(plugins, tenant: tenant)
    do {
      _ = try await plugins.use { try await OwnThread.run { try plugins.matcher() } }
      return nil
    } catch let problem as any PluginProblem {
      let failure = Failure(problem)
      return Failure(failure.kind, "\(path): \(failure.message)", remedy: failure.remedy)
    } catch let error where error is MatcherOptionError || error is UnknownPlugin {
      return Failure(error)
    }
  }

  private func unusedPins(of tenant: Tenant) -> [CheckedTenantFile.UnusedPin] {
    tenant.pluginHashes.keys.sorted().filter { plugins.outside($0) == nil }.map {
      .init(plugin: $0, isBuiltIn: plugins.builtInNames.contains($0))
    }
  }
}
