internal import Wiring
internal import ArgumentParser
internal import Foundation
internal import PluginHost
internal import TenantCore

/// `tenantctl plugins seal`.
struct PluginsSeal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "Write a program's SHA-256 into its plugin's manifest.yaml.",
    discussion: """
      For authors and integrators, after each change of the program. Tenant files may trust one hash \
      only: plugins: { NAME: { sha256: … } }.

      Example:
        tenantctl plugins seal mail-name

      Exit codes: 0 done, 66 there is no such folder, 70 the manifest or the program is invalid.
      """)

  @Argument(help: "The plugin's folder.", completion: .directory) var folder: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    guard FileManager.default.fileExists(atPath: folder) else {
      throw Failure(.notAvailable, "there is no folder '\(folder)'")
    }
    let hash = try ManifestSeal(folder: folder).write()
    try StandardStreams.write("\(hash)  \(folder)\n")
    // Sealed, but of no use as long as others may write it, for example.
    _ = try InstalledPlugin(folder: folder).program()
  }
}
