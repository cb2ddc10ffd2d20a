internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl tenants list`.
struct TenantsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the tenants that you may administer.",
    discussion: """
      A broken tenant file does not hide the others: it is named on standard error, and the exit \
      code is 78.

      Example:
        tenantctl tenants list

      Exit codes: 0 done, 78 a tenant file, or the folder, is wrong.
      """)

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    var table = TextTable(["Tenant", "Name", "Directories", "Matcher"])
    var broken: [String] = []
    for entry in try global.tenants.administered() {
      switch entry.file {
      case .success(let file):
        let tenant = file.tenant
        table.add([
          tenant.name, tenant.displayName, tenant.directories.map(\.domain).joined(separator: ", "),
          matcher(tenant.matching),
        ])
      case .failure(let refusal): broken.append(refusal.description)
      }
    }
    let lines = table.lines(width: Terminal.width, style: global.style)
    try StandardStreams.write(lines.joined(separator: "\n") + "\n")
    if !broken.isEmpty {
      throw Failure(.configuration, broken.joined(separator: "\n"))
    }
  }

  private func matcher(_ matching: Matching) -> String {
    let strategies = matching.strategies.map(\.matcher).joined(separator: ", ")
    return matching.matcher.matcher + (strategies.isEmpty ? "" : " (\(strategies))")
  }
}
