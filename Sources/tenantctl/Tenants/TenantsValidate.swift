internal import Administration
internal import ArgumentParser
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
    var failures: [Failure] = []
    try await global.tenants.validate(files) { file in
      if let failure = file.failure {
        failures.append(failure)
      } else {
        note(file.unusedPins, of: file.path)
        try StandardStreams.write("\(DisplayText.safe(file.path)): right\n")
      }
    }
    if let kind = failures.map(\.kind).max(by: { $0.exitCode < $1.exitCode }) {
      let lines = failures.map { $0.atTerminal(tenant: nil) }
      throw Failure(kind, lines.joined(separator: "\n"))
    }
  }

  /// A hash protects from nothing where no plugin has the name.
  private func note(_ pins: [CheckedTenantFile.UnusedPin], of path: String) {
    for pin in pins {
      let what = pin.isBuiltIn ? "is built in" : "is not installed here"
      global.notes.say(
        "\(path): plugins: '\(pin.plugin)' \(what), so its sha256 is not compared")
    }
  }
}
