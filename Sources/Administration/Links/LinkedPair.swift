package import PluginContract
internal import TenantCore

/// A directory user and the name of the tenant user whom it is to be linked to.
package struct LinkPair: Sendable, Equatable {
  /// A directory user that has a row.
  package let target: LinkTarget
  package let userName: String

  /// Takes a pair.
  package init(_ target: LinkTarget, to userName: String) {
    self.target = target
    self.userName = userName
  }
}

/// A pair that is linked by hand or would be: both people, and each value of the tenant user that changes.
package struct LinkedPair: Sendable, Equatable {
  /// A field that takes the directory's value: of the recording profile (S1), or the Windows login (S2); nil
  /// is blank.
  package struct Change: Sendable, Equatable {
    package let field: TenantField
    package let old: String?
    package let new: String?
    /// The user's effective value before and after: another profile may have decided, or go on deciding.
    package let shownOld: String?
    package let shownNew: String?
  }

  /// The directory user as `DOMAIN\\login`.
  package let account: String
  /// The directory user's first and last name; nil if both are blank.
  package let accountPerson: String?
  package let userName: String
  /// The tenant user's first and last name; nil if both are blank.
  package let userPerson: String?
  /// What changes, the recording profile first and the Windows login last.
  package let changes: [Change]
  /// The Windows login as it will be; it is locked while linked (S2). Nil if there is none.
  package let lockedLogin: String?
  /// The deleted directory user whose link it replaces, and its GUID; nil if it replaces none.
  package let replaced: String?
  /// A sentence for each value that is not taken (S4, S7).
  package let conflicts: [String]
}

extension LinkedPair {
  init(_ pair: LinkState.NewPair, _ change: EditedUser, conflicts: [String]) {
    let (entry, user) = (pair.entry, pair.user)
    account = "\(entry.domain)\\\(entry.login)"
    accountPerson = Self.person(
      [DirectoryAttribute.firstName, DirectoryAttribute.lastName].map {
        entry.attributes[$0]?.first
      })
    userName = user.userName
    userPerson = Self.person([user.effective(.firstName), user.effective(.lastName)])
    changes = change.fields.map { field in
      func shown(_ value: String?) -> String? {
        guard let name = ProfileField(rawValue: field.field.rawValue) else { return value }
        return Profile.precedence.lazy.compactMap {
          $0 == .recording ? value : user.profiles[$0]?[name]
        }.first
      }
      return Change(
        field: field.field, old: field.old, new: field.new, shownOld: shown(field.old),
        shownNew: shown(field.new))
    }
    lockedLogin = change.windowsLogin == nil ? user.windowsLogin : change.windowsLogin?.new
    replaced = pair.replaced.map { "\($0.domain)\\\($0.login) (\($0.guid))" }
    self.conflicts = conflicts
  }

  private static func person(_ names: [String?]) -> String? {
    let names = names.compactMap(\.self)
    return names.isEmpty ? nil : names.joined(separator: " ")
  }

  /// The same in words: who is linked, what it replaces, each value that changes.
  package var sentences: [String] {
    func named(_ person: String?) -> String { person.map { " (\($0))" } ?? "" }
    let user = "'\(userName)'"
    return [
      "\(account)\(named(accountPerson)) is linked to \(user)\(named(userPerson)) by hand"
    ]
      + (replaced.map { ["it replaces the link to the deleted \($0)"] } ?? [])
      + changes.map { change in
        let field = "\(change.field.rawValue) of \(user)"
        let (old, new) = (Self.quoted(change.old), Self.quoted(change.new))
        return change.shownOld == change.shownNew
          ? "\(field) stays \(Self.quoted(change.shownNew)); in the recording profile it changes from "
            + "\(old) to \(new)"
          : "\(field) changes from \(Self.quoted(change.shownOld)) to "
            + Self.quoted(change.shownNew)
      }
      + (changes.isEmpty ? ["no value of \(user) changes"] : [])
      + (lockedLogin.map { ["the Windows login '\($0)' of \(user) is locked"] } ?? [])
      + conflicts
  }

  private static func quoted(_ text: String?) -> String { text.map { "'\($0)'" } ?? "blank" }
}
