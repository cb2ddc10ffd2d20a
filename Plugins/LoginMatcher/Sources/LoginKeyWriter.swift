internal import PluginContract

/// Writes the keys of logins: the one place that knows their form.
struct LoginKeyWriter {
  private let domains: LoginDomains
  /// `<domain>\` of the directory that a batch comes from.
  private let prefix: [UInt8]?
  /// Built in place, so that a million keys need no million arrays.
  private var buffer: [UInt8] = []

  init(domains: LoginDomains, directory: Int?) {
    self.domains = domains
    prefix = domains.prefix(ofDirectory: directory)
  }

  mutating func addDirectoryLogin(
    _ login: ArraySlice<UInt8>, rule: LoginRule, to keys: inout KeyBatch
  ) {
    guard let prefix, LoginForm.isLogin(login) else { return }
    buffer.removeAll(keepingCapacity: true)
    buffer += prefix
    buffer += login
    keys.add(buffer, rule)
  }

  mutating func addTenantLogin(
    _ value: ArraySlice<UInt8>, loginRule: LoginRule, principalRule: LoginRule,
    to keys: inout KeyBatch
  ) {
    switch LoginForm(value) {
    case .qualified(let domain, let login):
      add(domain: domains.name(for: domain), login: login, rule: loginRule, to: &keys)
    case .principal(let principal):
      keys.add(principal, principalRule)
    case .bare(let login):
      guard let domain = domains.only else { return }
      add(domain: domain, login: login, rule: loginRule, to: &keys)
    case nil:
      return
    }
  }

  private mutating func add(
    domain: [UInt8], login: ArraySlice<UInt8>, rule: LoginRule, to keys: inout KeyBatch
  ) {
    buffer.removeAll(keepingCapacity: true)
    buffer += domain
    buffer.append(UInt8(ascii: "\\"))
    buffer += login
    keys.add(buffer, rule)
  }
}
