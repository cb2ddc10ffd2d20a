internal import PluginContract

/// Writes the near keys of logins that are written in another way: what `Likeness.logins(in:)` made
/// of them.
struct LoginFormWriter {
  /// The domains where what looks alike is equal.
  private let domains: LoginDomains
  private let directory: Int?
  private var writer: LoginKeyWriter

  init(domains: LoginDomains, directory: Int?) {
    self.domains = domains
    self.directory = directory
    writer = LoginKeyWriter(domains: domains, directory: directory)
  }

  /// Adds the keys of a directory's login, which an export may hold with its domain.
  mutating func addDirectoryLogin(_ form: ArraySlice<UInt8>, to keys: inout KeyBatch) {
    if case .bare = LoginForm(form) {
      writer.addDirectoryLogin(form, rule: .loginForms, to: &keys)
    } else {
      add(form, principalRule: .loginForms, to: &keys)
    }
  }

  /// Adds the keys of a tenant's Windows login.
  mutating func addTenantLogin(_ form: ArraySlice<UInt8>, to keys: inout KeyBatch) {
    add(form, principalRule: .principalForms, to: &keys)
  }

  /// `login@domain`, where the domain is one of the tenant's, may be a `userPrincipalName` or mean
  /// `DOMAIN\login`; of `DOMAIN\user@domain` the first domain says nothing.
  private mutating func add(
    _ form: ArraySlice<UInt8>, principalRule: LoginRule, to keys: inout KeyBatch
  ) {
    writer.addTenantLogin(form, loginRule: .loginForms, principalRule: principalRule, to: &keys)
    switch LoginForm(form) {
    case .principal(let principal):
      let login = Likeness.localPart(principal)
      let domain = principal[(login.endIndex + 1)...]
      guard domains.isKnown(domain) else { return }
      writer.addTenantLogin(
        domain + [UInt8(ascii: "\\")] + login, loginRule: .loginForms,
        principalRule: principalRule, to: &keys)
    case .qualified(_, let login) where LoginForm.isPrincipal(login):
      keys.add(login, principalRule)
    default:
      return
    }
  }
}
