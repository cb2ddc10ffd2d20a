internal import ArgumentParser
internal import PluginContract
internal import TenantConfig

/// `tenantctl tenants validate`.
struct TenantsValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check tenant files without connecting anywhere.",
    discussion: """
      Without files, all of the folder are checked. Needs no permission in the tenants.

      Example:
        tenantctl tenants validate tenants/acme.yaml

      Exit codes: 0 all are right, 78 at least one is wrong.
      """)

  @Argument(help: "Tenant files.", completion: .file(extensions: ["yaml"])) var files: [String] = []
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    let matchers = BuiltInPlugins.matchers.map(\.declaration)
    var problems: [String] = []
    for (path, result) in try results(matchers) {
      switch result {
      case .success(let file):
        do {
          _ = try BuiltInPlugins.matcher(of: file.tenant)
          try StandardStreams.write("\(DisplayText.safe(path)): right\n")
        } catch let error as OptionError {
          problems.append("\(path): \(CommandFailure(error).message)")
        }
      case .failure(let error): problems.append(error.description)
      }
    }
    if !problems.isEmpty {
      throw CommandFailure(.configuration, problems.joined(separator: "\n"))
    }
  }

  private func results(
    _ matchers: [MatcherDeclaration]
  ) throws -> [(path: String, result: Result<TenantFile, TenantConfigError>)] {
    guard !files.isEmpty else {
      let folder = TenantFolder(
        path: global.tenantsPath, matchers: matchers, checksSecretFiles: true)
      return try folder.loadAll().map { ("\(folder.path)/\($0.name).yaml", $0.result) }
    }
    let reader = TenantFileReader(matchers: matchers, checksSecretFiles: true)
    return files.map { path in
      do throws(TenantConfigError) {
        return (path, .success(try reader.read(path: path)))
      } catch {
        return (path, .failure(error))
      }
    }
  }
}
