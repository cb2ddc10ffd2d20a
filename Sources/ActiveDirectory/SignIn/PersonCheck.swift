import Authorization
import Logging
import PluginContract
import TenantCore

/// Looks once more for somebody who signed in, with the account that reads: no password is kept.
///
/// What the account that reads may not see ends no session: the bind has judged it at the sign-in.
struct PersonCheck {
  let person: DirectoryPerson
  let groups: [String]
  /// Of all live directories, in the tenant file's order.
  let links: [DirectoryLink]
  let moment: Timestamp
  let logger: Logger

  /// The person with the groups of now; nil, with the reason in the log, if the account is gone,
  /// another one, disabled, locked or expired.
  func run() throws -> DirectoryPerson? {
    let domain = CanonicalText.of(person.domain)
    guard let link = links.first(where: { CanonicalText.of($0.domain) == domain }) else {
      return end("the tenant file no longer has this live directory")
    }
    let lookUp = LoginName.LookUp.login(person.login, domains: [domain])
    let search = PersonSearch(root: link.rootDN, filter: lookUp.filter, moment: moment)
    guard case .person(let found) = try link.ask({ try search.run($0) }) else {
      return end("the account no longer exists")
    }
    if let old = person.guid, let new = found.guid, old != new {
      return end("the login is now another account's")
    }
    if let reason = Self.reason(found.flags) { return end(reason) }
    let membership = GroupMembership(home: link, links: links, logger: logger)
    let now = try membership.groups(of: found.dn, among: groups)
    if now.isEmpty, let failure = membership.failure { throw failure }
    var person = person
    person.groups = now
    return now.isEmpty ? end("it is no longer in a group that has a role") : person
  }

  private static func reason(_ flags: AccountFlags) -> String? {
    if flags.contains(.disabled) { return "the account is disabled" }
    if flags.contains(.expired) { return "the account has expired" }
    return flags.contains(.locked) ? "the account is locked" : nil
  }

  private func end(_ reason: String) -> DirectoryPerson? {
    logger.notice("the session of \(person.domain)\\\(person.login) ends: \(reason)")
    return nil
  }
}
