import Authorization
import PluginContract
import TenantCore
import YAMLFiles

/// The keys of a tenant file (tenant-file.md, section 1).
enum TenantKeys {
  /// The version of the file's form that this program reads.
  static let knownVersion = 1

  static let version = Key("version", .wholeNumber(knownVersion...knownVersion), required: true)
  static let tenant = Key("tenant", .plainName, required: true)
  static let displayName = Key("displayName", .text)
  static let directories = Key("directories", .list(of: .directory))
  static let users = Key("users", .usersSource)
  static let matching = Key("matching", .matching)
  static let synchronization = Key("synchronization", .synchronization)
  static let reviews = Key("reviews", .reviews)
  static let plugins = Key("plugins", .pluginHashes)
  static let access = Key("access", .accessPolicy)

  static let shape = ObjectShape(keys: [
    version.declaration, tenant.declaration, displayName.declaration, directories.declaration,
    users.declaration, matching.declaration, synchronization.declaration, reviews.declaration,
    plugins.declaration, access.declaration,
  ])
}

/// What a tenant file says, before it is known whose file it is.
struct TenantContents {
  let tenant: Tenant
  let access: AccessPolicy
}

extension Reading where Value == TenantContents {
  /// The whole file.
  ///
  /// - Parameter fileName: the file's name without its folder, which must be the tenant's name.
  static func tenantFile(named fileName: String) -> Reading {
    .object(TenantKeys.shape) { section in
      _ = section.value(TenantKeys.version)
      let name = section.value(TenantKeys.tenant)
      if let name, fileName != name + ".yaml" {
        section.report(
          "'tenant' must be the file's name: rename the file to \(name).yaml, or the tenant",
          atValueOf: TenantKeys.tenant)
      }
      let directories = section.value(TenantKeys.directories) ?? []
      DirectoryNames.reportDuplicates(in: directories, to: section.context.problems)
      let access = section.value(TenantKeys.access) ?? AccessPolicy()
      let tenant = Tenant(
        name: name ?? "", displayName: section.value(TenantKeys.displayName),
        directories: directories.compactMap(\.directory),
        users: section.value(TenantKeys.users) ?? .store,
        matching: section.value(TenantKeys.matching) ?? Matching(),
        synchronization: section.value(TenantKeys.synchronization) ?? Synchronization(),
        reviews: section.value(TenantKeys.reviews) ?? ReviewSettings(),
        pluginHashes: section.value(TenantKeys.plugins) ?? [:])
      return TenantContents(tenant: tenant, access: access)
    }
  }
}
