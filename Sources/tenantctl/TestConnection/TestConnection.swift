internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl test-connection`: every step, for every host and organizational unit.
struct TestConnection: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-connection",
    abstract: "Try each step to a tenant's directories, and name the one that fails.",
    discussion: """
      Example:
        tenantctl test-connection acme

      Exit codes: 0 all steps work, 69 one fails, 77 permission denied, 78 invalid tenant file or \
      no directory configured.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "test-connection")
    guard !session.tenant.directories.isEmpty else {
      throw RunError.noDirectory(tenant: tenant)
    }
    let style = global.style
    var failed: [String] = []
    for (index, directory) in session.tenant.directories.enumerated() {
      try StandardStreams.write(style.bold(DisplayText.safe(directory.domain)) + "\n")
      for step in await session.testConnection(of: index) {
        let mark = step.succeeded ? style.green("ok    ") : style.yellow("FAILED")
        let text = "\(step.name.rawValue) \(step.target): \(step.message)"
        try StandardStreams.write("  \(mark) \(DisplayText.safe(text))\n")
        if !step.succeeded { failed.append("\(directory.domain): \(text)") }
      }
    }
    guard failed.isEmpty else {
      throw Failure(.directoryUnavailable, failed.joined(separator: "\n"))
    }
  }
}
