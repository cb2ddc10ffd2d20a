/// What a tenant's Windows login says, by its form (M6).
enum LoginForm: Equatable {
  /// `DOMAIN\login`.
  case qualified(domain: ArraySlice<UInt8>, login: ArraySlice<UInt8>)
  /// `user@dns.domain`.
  case principal(ArraySlice<UInt8>)
  /// A login without a domain.
  case bare(ArraySlice<UInt8>)

  /// Parses a canonical value; nil if a part is empty or a second backslash makes it ambiguous.
  /// A backslash decides before an at sign.
  init?(_ value: ArraySlice<UInt8>) {
    guard let backslash = value.firstIndex(of: UInt8(ascii: "\\")) else {
      guard !value.isEmpty else { return nil }
      self = value.contains(UInt8(ascii: "@")) ? .principal(value) : .bare(value)
      return
    }
    let (domain, login) = (value[..<backslash], value[(backslash + 1)...])
    guard !domain.isEmpty, Self.isLogin(login) else { return nil }
    self = .qualified(domain: domain, login: login)
  }

  /// True for what can stand behind a domain: something, without a backslash.
  static func isLogin(_ value: ArraySlice<UInt8>) -> Bool {
    !value.isEmpty && !value.contains(UInt8(ascii: "\\"))
  }

  /// True for what can stand behind a domain.
  static func isLogin(_ value: Span<UInt8>) -> Bool {
    for index in value.indices where value[index] == UInt8(ascii: "\\") { return false }
    return !value.isEmpty
  }

  /// True for what can be a `userPrincipalName`.
  static func isPrincipal(_ value: Span<UInt8>) -> Bool {
    var hasAt = false
    for index in value.indices {
      if value[index] == UInt8(ascii: "\\") { return false }
      if value[index] == UInt8(ascii: "@") { hasAt = true }
    }
    return hasAt
  }

  /// True for what can be a `userPrincipalName`: with an at sign, without a backslash.
  static func isPrincipal(_ value: ArraySlice<UInt8>) -> Bool {
    value.contains(UInt8(ascii: "@")) && !value.contains(UInt8(ascii: "\\"))
  }
}
