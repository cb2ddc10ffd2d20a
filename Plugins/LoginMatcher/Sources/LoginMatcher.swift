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
    let prefix = domains.prefix(ofDirectory: batch.directory)
    let (loginBytes, principalBytes) = (logins?.bytes ?? [], principals?.bytes ?? [])
    for record in 0..<batch.count {
      if let prefix, let range = logins?.firstByteRange(of: record) {
        let login = loginBytes.span.extracting(range)
        if LoginForm.isLogin(login) {
          keys.add(prefix.span, login, rule: LoginRule.loginExact.rawValue)
        }
      }
      if let range = principals?.firstByteRange(of: record) {
        let principal = principalBytes.span.extracting(range)
        if LoginForm.isPrincipal(principal) {
          keys.add(principal, rule: LoginRule.principalExact.rawValue)
        }
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
    var last = LastDomain(domains)
    for record in 0..<batch.count {
      if let logins, let range = logins.firstByteRange(of: record) {
        if let end = last.end(in: logins.bytes.span.extracting(range)) {
          keys.add(
            last.prefix.span,
            logins.bytes.span.extracting(range.lowerBound + end..<range.upperBound),
            rule: LoginRule.loginExact.rawValue)
        } else {
          writer.addTenantLogin(
            logins.bytes[range], loginRule: .loginExact, principalRule: .principalExact, to: &keys)
        }
      }
      keys.endRecord()
    }
    return keys
  }
}
