internal import PluginContract

/// The near keys of `login`: why a login found nobody although somebody looks alike.
struct LoginLikeness {
  let domains: LoginDomains

  func directoryKeys(_ batch: RecordBatch) -> KeyBatch {
    let logins = batch.column("sAMAccountName")?.canonical
    let principals = batch.column("userPrincipalName")?.canonical
    var keys = KeyBatch()
    var writer = LoginKeyWriter(domains: domains, directory: batch.directory)
    for record in 0..<batch.count {
      if let login = logins?.first(of: record), LoginForm.isLogin(login) {
        keys.add(login, .domainMissing)
        keys.add(login, .loginDomain)
        keys.add(login, .emailLocalPart)
        let (plain, bare) = (Likeness.withoutSpaces(login), Likeness.withoutAccents(login))
        writer.addDirectoryLogin(plain[...], rule: .loginSpaces, to: &keys)
        writer.addDirectoryLogin(bare[...], rule: .loginAccents, to: &keys)
      }
      if let principal = principals?.first(of: record), LoginForm.isPrincipal(principal) {
        keys.add(Likeness.localPart(principal), .principalDomain)
        keys.add(Likeness.withoutSpaces(principal), .principalSpaces)
        keys.add(Likeness.withoutAccents(principal), .principalAccents)
      }
      keys.endRecord()
    }
    return keys
  }

  func tenantKeys(_ batch: RecordBatch) -> KeyBatch {
    let logins = batch.column(TenantField.windowsLogin.rawValue)?.canonical
    let emails = batch.column(TenantField.email.rawValue)?.canonical
    var keys = KeyBatch()
    var writer = LoginKeyWriter(domains: domains, directory: nil)
    for record in 0..<batch.count {
      if let login = logins?.first(of: record) {
        addKeysWithoutDomain(of: login, to: &keys)
        writer.addTenantLogin(
          Likeness.withoutSpaces(login)[...], loginRule: .loginSpaces,
          principalRule: .principalSpaces, to: &keys)
        writer.addTenantLogin(
          Likeness.withoutAccents(login)[...], loginRule: .loginAccents,
          principalRule: .principalAccents, to: &keys)
      }
      if let email = emails?.first(of: record), email.contains(UInt8(ascii: "@")) {
        keys.add(Likeness.localPart(email), .emailLocalPart)
      }
      keys.endRecord()
    }
    return keys
  }

  private func addKeysWithoutDomain(of value: ArraySlice<UInt8>, to keys: inout KeyBatch) {
    switch LoginForm(value) {
    case .qualified(_, let login):
      keys.add(login, .loginDomain)
    case .principal(let principal):
      keys.add(Likeness.localPart(principal), .principalDomain)
    case .bare(let login):
      if domains.only == nil { keys.add(login, .domainMissing) }
    case nil:
      return
    }
  }
}
