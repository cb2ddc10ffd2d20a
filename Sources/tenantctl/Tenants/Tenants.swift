internal import ArgumentParser

/// `tenantctl tenants`: the tenant files.
struct Tenants: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the tenants that you may administer; check tenant files.",
    subcommands: [TenantsList.self, TenantsValidate.self])
}
