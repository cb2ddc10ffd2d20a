internal import PluginContract

/// The near keys of `login`: why a login found nobody although somebody looks alike.
struct LoginLikeness: Sendable {
  let domains: LoginDomains
  /// The domains where what looks alike is equal.
  let similar: LoginDomains

  func directoryKeys(_ batch: RecordBatch) -> KeyBatch {
    let logins = batch.column("sAMAccountName")?.canonical
    let principals = batch.column("userPrincipalName")?.canonical
    var writers = Writers(self, directory: batch.directory)
    var keys = KeyBatch()
    for record in 0..<batch.count {
      if let login = logins?.first(of: record) {
        addKeys(ofLogin: login, &writers, to: &keys)
      }
      if let principal = principals?.first(of: record), LoginForm.isPrincipal(principal) {
        keys.add(Likeness.localPart(principal), .principalDomain)
        keys.add(Likeness.withoutSpaces(principal), .principalSpaces)
        keys.add(Likeness.withoutLookAlikes(principal), .principalLookAlikes)
        for address in Likeness.addresses(in: principal) { keys.add(address, .principalForms) }
        keys.add(Likeness.withoutAccents(principal), .principalAccents)
      }
      keys.endRecord()
    }
    return keys
  }

  private func addKeys(
    ofLogin login: ArraySlice<UInt8>, _ writers: inout Writers, to keys: inout KeyBatch
  ) {
    for form in Likeness.logins(in: login) {
      writers.forms.addDirectoryLogin(form[...], to: &keys)
    }
    guard LoginForm.isLogin(login) else { return }
    keys.add(login, .domainMissing)
    keys.add(login, .loginDomain)
    keys.add(login, .emailLocalPart)
    writers.plain.addDirectoryLogin(
      Likeness.withoutSpaces(login)[...], rule: .loginSpaces, to: &keys)
    writers.plain.addDirectoryLogin(
      Likeness.withoutAccents(login)[...], rule: .loginAccents, to: &keys)
    writers.similar.addDirectoryLogin(
      Likeness.withoutLookAlikes(login)[...], rule: .loginLookAlikes, to: &keys)
  }

  /// What writes the keys of a batch.
  private struct Writers {
    var plain: LoginKeyWriter
    var similar: LoginKeyWriter
    var forms: LoginFormWriter

    init(_ likeness: LoginLikeness, directory: Int?) {
      plain = LoginKeyWriter(domains: likeness.domains, directory: directory)
      similar = LoginKeyWriter(domains: likeness.similar, directory: directory)
      forms = LoginFormWriter(domains: likeness.similar, directory: directory)
    }
  }

  func tenantKeys(_ batch: RecordBatch) -> KeyBatch {
    let logins = batch.column(TenantField.windowsLogin.rawValue)?.canonical
    let emails = batch.column(TenantField.email.rawValue)?.canonical
    var writers = Writers(self, directory: nil)
    var keys = KeyBatch()
    for record in 0..<batch.count {
      if let login = logins?.first(of: record) {
        addKeys(ofTenantLogin: login, &writers, to: &keys)
      }
      if let email = emails?.first(of: record), email.contains(UInt8(ascii: "@")) {
        keys.add(Likeness.localPart(email), .emailLocalPart)
      }
      keys.endRecord()
    }
    return keys
  }

  private func addKeys(
    ofTenantLogin login: ArraySlice<UInt8>, _ writers: inout Writers, to keys: inout KeyBatch
  ) {
    addKeysWithoutDomain(of: login, to: &keys)
    writers.plain.addTenantLogin(
      Likeness.withoutSpaces(login)[...], loginRule: .loginSpaces,
      principalRule: .principalSpaces, to: &keys)
    writers.plain.addTenantLogin(
      Likeness.withoutAccents(login)[...], loginRule: .loginAccents,
      principalRule: .principalAccents, to: &keys)
    writers.similar.addTenantLogin(
      Likeness.withoutLookAlikes(login)[...], loginRule: .loginLookAlikes,
      principalRule: .principalLookAlikes, to: &keys)
    for form in Likeness.logins(in: login) {
      writers.forms.addTenantLogin(form[...], to: &keys)
    }
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
