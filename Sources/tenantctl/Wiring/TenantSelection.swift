internal import Administration
internal import ArgumentParser
internal import Foundation

/// The tenants that a command is about: named, or all that the actor may administer.
struct TenantSelection: ParsableArguments {
  @Argument(
    help: "Names of tenants.", completion: .custom { words, _, _ in TenantNames.complete(words) })
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
  func names(_ registry: TenantRegistry) throws -> [String] {
    if all { return try registry.administered().map(\.name) }
    var seen: Set<String> = []
    return tenants.filter { seen.insert($0).inserted }
  }
}

/// Names for shell completion: of the tenants that this actor may administer (A5).
enum TenantNames {
  /// - Parameter words: the command line so far; its `--tenants` counts.
  static func complete(_ words: [String]) -> [String] {
    guard let options = try? GlobalOptions.parse(tenantsOption(in: words)) else { return [] }
    return (try? options.tenants.administered().map(\.name)) ?? []
  }

  /// The last `--tenants` of a command line that is not finished yet, with its value.
  private static func tenantsOption(in words: [String]) -> [String] {
    let name = "--tenants"
    guard let start = words.lastIndex(where: { $0 == name || $0.hasPrefix(name + "=") }) else {
      return []
    }
    let end = start + (words[start] == name ? 2 : 1)
    return end <= words.count ? Array(words[start..<end]) : []
  }
}
