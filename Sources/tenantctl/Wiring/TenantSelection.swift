internal import ArgumentParser
internal import Foundation

/// The tenants that a command is about: named, or all that the actor may administer.
struct TenantSelection: ParsableArguments {
  @Argument(help: "Names of tenants.", completion: .custom { _, _, _ in TenantNames.here() })
  var tenants: [String] = []

  @Flag(help: "All tenants that you may administer.")
  var all = false

  func validate() throws {
    guard all != tenants.isEmpty else { return }
    throw ValidationError(
      all ? "name tenants, or --all, not both" : "name a tenant, or --all for all of them")
  }

  /// True if more than one tenant may be meant.
  var isSeveral: Bool { all || tenants.count > 1 }

  /// The names, each once, in order; broken files of `--all` are among them and fail later.
  func names(_ workbench: Workbench) throws -> [String] {
    if all { return try workbench.administered().map(\.name) }
    var seen: Set<String> = []
    return tenants.filter { seen.insert($0).inserted }
  }
}

/// Names for shell completion; none where the folder cannot be read.
enum TenantNames {
  static func here() -> [String] {
    let folder = GlobalOptions.variable("TENANTCTL_TENANTS") ?? "tenants"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }
}
