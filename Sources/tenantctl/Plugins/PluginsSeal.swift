internal import Administration
internal import ArgumentParser
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

      Exit codes: 0 done, 66 there is no such folder, 70 the manifest or the program is not in order.
      """)

  @Argument(help: "The plugin's folder.", completion: .directory) var folder: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    let sealed = try global.plugins.seal(folder: folder)
    try StandardStreams.write("\(sealed.sha256)  \(folder)\n")
    // Sealed, but of no use as long as others may write it, for example.
    if let problem = sealed.problem { throw problem }
  }
}
