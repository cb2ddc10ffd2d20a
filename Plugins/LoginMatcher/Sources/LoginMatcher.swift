package import PluginContract

/// The plugin: `matcher: login`, the one that is used where a tenant file names none (M4, M6).
package let loginMatcher = MatcherPlugin(
  MatcherDeclaration(
    name: "login", version: "1.0.0",
    summary: "the user's Windows login against the domain and sAMAccountName, or userPrincipalName")
) { context in LoginMatcher(directories: context.directories) }

/// Compares the tenant user's Windows login with a directory user's names.
///
/// A row has one key for its login, `<domain>\<sAMAccountName>`, and one for its
/// `userPrincipalName`. The two cannot be mistaken for each other: the first has exactly one
/// backslash, the second none. A tenant's domain that is a directory's DNS name is replaced by the
/// NetBIOS name, so that one user matches in one way.
struct LoginMatcher: Matcher {
  let rules: [KeyRule]
  let attributes = ["sAMAccountName", "userPrincipalName"]
  let fields: [TenantField] = [.windowsLogin, .email]
  private let domains: LoginDomains
  private let likeness: LoginLikeness

  init(directories: [DirectoryIdentity]) {
    domains = LoginDomains(directories)
    likeness = LoginLikeness(
      domains: domains, similar: LoginDomains(directories, lookingAlike: true))
    rules = LoginRule.all
  }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    switch (side, purpose) {
    case (.directory, .candidates): directoryKeys(batch)
    case (.tenant, .candidates): tenantKeys(batch)
    case (.directory, .explanation): likeness.directoryKeys(batch)
    case (.tenant, .explanation): likeness.tenantKeys(batch)
    }
  }

  private func directoryKeys(_ batch: RecordBatch) -> KeyBatch {
    let logins = batch.column("sAMAccountName")?.canonical
    let principals = batch.column("userPrincipalName")?.canonical
    var keys = KeyBatch()
    keys.reserve(records: batch.count, keys: batch.count * 2, bytes: batch.count * 48)
    var writer = LoginKeyWriter(domains: domains, directory: batch.directory)
    for record in 0..<batch.count {
      if let login = logins?.first(of: record) {
        writer.addDirectoryLogin(login, rule: .loginExact, to: &keys)
      }
      if let principal = principals?.first(of: record) {
        writer.addPrincipal(principal, rule: .principalExact, to: &keys)
      }
      keys.endRecord()
    }
    return keys
  }

  private func tenantKeys(_ batch: RecordBatch) -> KeyBatch {
    let logins = batch.column(TenantField.windowsLogin.rawValue)?.canonical
    var keys = KeyBatch()
    keys.reserve(records: batch.count, keys: batch.count, bytes: batch.count * 24)
    var writer = LoginKeyWriter(domains: domains, directory: nil)
    for record in 0..<batch.count {
      if let login = logins?.first(of: record) {
        writer.addTenantLogin(
          login, loginRule: .loginExact, principalRule: .principalExact, to: &keys)
      }
      keys.endRecord()
    }
    return keys
  }
}
