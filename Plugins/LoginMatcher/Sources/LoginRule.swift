internal import PluginContract

/// The rules of `login`, in the order in which keys name them.
enum LoginRule: Int, CaseIterable {
  case loginExact, principalExact
  case domainMissing
  case loginSpaces, principalSpaces
  case loginLookAlikes, principalLookAlikes
  case loginForms, principalForms
  case loginDomain, principalDomain
  case loginAccents, principalAccents
  case emailLocalPart

  static let all = allCases.map(\.rule)

  private var rule: KeyRule {
    switch self {
    case .loginExact: Self.exact("login-exact", "sAMAccountName")
    case .principalExact: Self.exact("upn-exact", "userPrincipalName")
    case .domainMissing: Self.near(.domainMissing, "sAMAccountName")
    case .loginSpaces: Self.near(.whitespace, "sAMAccountName")
    case .principalSpaces: Self.near(.whitespace, "userPrincipalName")
    case .loginLookAlikes: Self.near(.lookAlike, "sAMAccountName")
    case .principalLookAlikes: Self.near(.lookAlike, "userPrincipalName")
    case .loginForms: Self.near(.form, "sAMAccountName")
    case .principalForms: Self.near(.form, "userPrincipalName")
    case .loginDomain: Self.near(.domain, "sAMAccountName")
    case .principalDomain: Self.near(.domain, "userPrincipalName")
    case .loginAccents: Self.near(.accent, "sAMAccountName")
    case .principalAccents: Self.near(.accent, "userPrincipalName")
    case .emailLocalPart: Self.near(.localPart, "sAMAccountName", field: .email)
    }
  }

  private static func exact(_ code: String, _ attribute: String) -> KeyRule {
    KeyRule(code: code, matcher: "login", attributes: [attribute], fields: [.windowsLogin])
  }

  private static func near(
    _ kind: NearMissKind, _ attribute: String, field: TenantField = .windowsLogin
  ) -> KeyRule {
    .near(kind, matcher: "login", attributes: [attribute], fields: [field])
  }
}

extension KeyBatch {
  mutating func add(_ key: some Collection<UInt8>, _ rule: LoginRule) {
    add(key, rule: rule.rawValue)
  }
}
