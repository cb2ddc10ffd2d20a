internal import Foundation
internal import TenantCore

extension SignedIn {
  /// What a session keeps of somebody, so that another host knows the same: JSON, without a secret.
  package var kept: String {
    let kept = Kept(self)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(kept)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Takes what ``kept`` gave; nil for anything else.
  ///
  /// It is believed as the hashes of passwords are that lie beside it: whoever could write it could also
  /// give somebody a password.
  ///
  /// - Parameter tenant: whose session it is; nil for an operator's.
  package init?(kept text: String, tenant: String?) {
    guard let kept = try? JSONDecoder().decode(Kept.self, from: Data(text.utf8)) else { return nil }
    switch (kept.kind, tenant) {
    case (.directory, let tenant?):
      guard let domain = kept.domain, let groups = kept.groups, let asked = kept.askedGroups else {
        return nil
      }
      let person = DirectoryPerson(
        domain: domain, login: kept.name, guid: kept.guid.flatMap { ObjectGUID($0) },
        groups: Set(groups))
      self.init(person, of: tenant, groups: Set(asked))
    case (.local, let tenant?):
      guard let mark = kept.passwordMark else { return nil }
      self.init(localUser: kept.name, of: tenant, passwordMark: Array(mark))
    case (.operator, nil):
      guard let mark = kept.passwordMark else { return nil }
      self.init(operator: kept.name, passwordMark: Array(mark))
    default: return nil
    }
  }

  private struct Kept: Codable {
    enum Kind: String, Codable { case directory, local, `operator` }

    var kind: Kind
    /// The login, or the name of a local user or an operator.
    var name: String
    var domain: String?
    var guid: String?
    /// The groups that the person is in.
    var groups: [String]?
    /// The groups that the directory was asked for.
    var askedGroups: [String]?
    var passwordMark: Data?

    init(_ signedIn: SignedIn) {
      name = signedIn.login
      switch signedIn.account {
      case .directory(let person, let asked):
        kind = .directory
        domain = person.domain
        guid = person.guid?.description
        groups = person.groups.sorted()
        askedGroups = asked.sorted()
      case .local(_, let mark):
        kind = .local
        passwordMark = Data(mark)
      case .operator(_, let mark):
        kind = .operator
        passwordMark = Data(mark)
      }
    }
  }
}
