internal import ArgumentParser

/// `tenantctl tenants`: the tenant files.
struct Tenants: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the tenants that you may administer; check tenant files, and describe them.",
    discussion: """
      Example:
        tenantctl tenants validate

      Exit codes: see the --help of each command.
      """,
    subcommands: [TenantsList.self, TenantsValidate.self, TenantsSchema.self])
}
