internal import Authorization
internal import PluginContract
internal import TenantCore

/// An account as attempts to sign in are counted for it: the same however its login is spelled.
struct SignInAccount: Hashable, Sendable {
  /// A folded domain, a line feed, a folded login; nothing before the line feed for a local user.
  let key: String

  private init(domain: String, login: String) {
    key = "\(CanonicalText.of(domain))\n\(CanonicalText.of(login))"
  }

  /// The account of somebody who signed in.
  init(_ signedIn: SignedIn) {
    self.init(domain: signedIn.domain ?? "", login: signedIn.login)
  }

  /// All that a typed login may mean, as far as that is known without asking a directory: a local user, and
  /// an account of each domain that it may be of. What can be nobody's login is all one.
  ///
  /// A `userPrincipalName` counts for the login before its `@`, which is what it is made of almost everywhere.
  static func possible(_ typed: String, in directories: [Directory]) -> [SignInAccount] {
    guard typed.utf8.count <= SignInAttempt.longestLogin, let name = LoginName(typed) else {
      return [SignInAccount(domain: "", login: "")]
    }
    return ([""] + name.possibleDomains(in: directories)).sorted().map {
      SignInAccount(domain: $0, login: name.login)
    }
  }
}
