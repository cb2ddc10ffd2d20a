internal import PluginContract

/// A login as somebody types it: `login` alone, `DOMAIN\login`, `dns.domain\login`,
/// `login@dns.domain`, or another `userPrincipalName`.
///
/// The one rule for every command, page, call and sign-in. Names are compared in their canonical
/// form (M5), and a domain is either of a directory's names.
package struct LoginName: Sendable, Hashable {
  /// What the login stands with.
  package enum Qualifier: Sendable, Hashable {
    /// Nothing: it may be of any directory.
    case none
    /// `DOMAIN\`: the NetBIOS or the DNS name.
    case domain(String)
    /// `@suffix`: the DNS name, or any other that the directory gives principals.
    case suffix(String)
  }

  /// The login without domain or suffix.
  package let login: String
  /// What it was typed with.
  package let qualifier: Qualifier

  /// Takes a login apart: at its first backslash, else at its last `@`.
  ///
  /// Nil if nobody can be called so: a part is blank, or there is a control character, at which
  /// some servers take a name to end.
  package init?(_ text: String) {
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      return nil
    }
    if let backslash = text.firstIndex(of: "\\") {
      qualifier = .domain(Self.trimmed(text[..<backslash]))
      login = Self.trimmed(text[text.index(after: backslash)...])
    } else if let sign = text.lastIndex(of: "@") {
      qualifier = .suffix(Self.trimmed(text[text.index(after: sign)...]))
      login = Self.trimmed(text[..<sign])
    } else {
      qualifier = .none
      login = Self.trimmed(text[...])
    }
    switch qualifier {
    case .none: guard !login.isEmpty else { return nil }
    case .domain(let rest), .suffix(let rest):
      guard !login.isEmpty, !rest.isEmpty else { return nil }
    }
  }

  /// The login of a row or a link, whose domain is known.
  package init(domain: String, login: String) {
    self.login = login
    qualifier = .domain(domain)
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension LoginName {
  /// One way to look for whom a typed login means.
  package enum LookUp: Sendable, Hashable {
    /// By `userPrincipalName`, as it was typed, in all directories.
    case principalName(String)
    /// By login, as it was typed; `domains` are the NetBIOS names of the directories to look in, in
    /// their canonical form, nil for all.
    case login(String, domains: Set<String>?)

    /// True if somebody with this domain and login is meant; nobody is known by principal's name
    /// here.
    package func fits(domain: String, login: String) -> Bool {
      guard case .login(let wanted, let domains) = self,
        CanonicalText.of(login) == CanonicalText.of(wanted)
      else { return false }
      return domains?.contains(CanonicalText.of(domain)) ?? true
    }
  }

  /// How to look for whom it means, in order: what finds somebody ends the search.
  ///
  /// Active Directory takes `login@dns.domain` for the account with this login in this domain,
  /// whatever its `userPrincipalName`, unless another account has just that one (MS-ADTS, section
  /// 5.1.1.1.1). A login that holds an `@` itself, as some exports have them, comes last.
  package func lookUps(in directories: [Directory]) -> [LookUp] {
    switch qualifier {
    case .none: return [.login(login, domains: nil)]
    case .domain(let name):
      let known = Self.domains(named: name, in: directories)
      // A directory that the tenant file no longer has may have left links and changes.
      return [.login(login, domains: known.isEmpty ? [CanonicalText.of(name)] : known)]
    case .suffix(let suffix):
      let known = Self.domains(named: suffix, in: directories)
      let whole = "\(login)@\(suffix)"
      return [.principalName(whole)] + (known.isEmpty ? [] : [.login(login, domains: known)])
        + [.login(whole, domains: nil)]
    }
  }

  /// The domains (canonical NetBIOS names) in which the login may be somebody's, as far as that is
  /// known without asking a directory: all of the tenant's, unless it was typed with one of them.
  package func possibleDomains(in directories: [Directory]) -> Set<String> {
    let all = Set(directories.map { CanonicalText.of($0.domain) })
    switch qualifier {
    case .none: return all
    case .domain(let name):
      let known = Self.domains(named: name, in: directories)
      return known.isEmpty ? [CanonicalText.of(name)] : known
    case .suffix(let suffix):
      let known = Self.domains(named: suffix, in: directories)
      return known.isEmpty ? all : known
    }
  }

  private static func domains(named name: String, in directories: [Directory]) -> Set<String> {
    let key = CanonicalText.of(name)
    let named = directories.filter { directory in
      [directory.domain, directory.dnsDomain].contains { $0.map(CanonicalText.of) == key }
    }
    return Set(named.map { CanonicalText.of($0.domain) })
  }
}
