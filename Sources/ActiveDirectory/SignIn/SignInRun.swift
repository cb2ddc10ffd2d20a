import Authorization
import Logging
import TenantCore

/// One sign-in from its first search to its bind, on one thread: the person is looked for, then the
/// person's groups, and the password is tried last.
///
/// Who is not there is treated as somebody who is: an entry that does not exist is asked for its
/// groups and bound as. So neither the answer nor its time tells who has an account (A5), and a
/// right password of somebody without a role is not told from a wrong one by its time.
struct SignInRun {
  let attempt: SignInAttempt
  let groups: [String]
  /// Of all live directories, in the tenant file's order; not empty.
  let links: [DirectoryLink]
  /// Remembers whether the password was sent.
  let use: PasswordUse
  let logger: Logger

  private struct Found {
    var link: DirectoryLink
    var person: FoundPerson?
  }

  /// The person, if a directory takes the password; nil otherwise, with the reason in the log.
  func person() throws -> DirectoryPerson? {
    guard let found = try find() else { return nil }
    let link = found.link
    let dn = found.person?.dn ?? RandomName.entry(under: link.rootDN)
    let membership = GroupMembership(home: link, links: links, logger: logger)
    let groups = try membership.groups(of: dn, among: groups)
    let answer = try PersonBind(link: link, use: use).run(dn: dn, password: attempt.password)
    guard let person = found.person else { return nil }
    if case .refused(let reason) = answer {
      refuse("\(link.domain)\\\(person.login)", reason)
      return nil
    }
    if groups.isEmpty, let failure = membership.failure { throw failure }
    return DirectoryPerson(
      domain: link.domain, login: person.login, guid: person.guid, groups: groups)
  }

  /// Where the person is, or the directory in which nobody is to be bound as; nil if several
  /// directories know the login, so that no password is tried.
  private func find() throws -> Found? {
    let steps = whereToLook()
    for (lookUp, asked) in steps {
      var found: [Found] = []
      var isUnclear = false
      for link in asked {
        let search = PersonSearch(root: link.rootDN, filter: lookUp.filter)
        switch try link.ask({ try search.run($0) }) {
        case .nobody: break
        case .person(let person): found.append(Found(link: link, person: person))
        case .unclear: isUnclear = true
        }
      }
      guard found.count < 2 else {
        let names = found.map { "'\($0.link.domain)\\\($0.person?.login ?? "")'" }
        refuse("a login of several directories", "write \(names.joined(separator: " or "))")
        return nil
      }
      if isUnclear {
        refuse("a login", "more than one entry has it, or it has no usable name")
        return nobody(asked)
      }
      if let found = found.first { return found }
    }
    refuse("somebody unknown", "no directory knows the login")
    return nobody(steps.first?.asked ?? [])
  }

  private func nobody(_ asked: [DirectoryLink]) -> Found? {
    asked.first.map { Found(link: $0, person: nil) }
  }

  /// What to look for, in which directories. A domain that no directory has is sought in the first
  /// one, as somebody who is not there.
  private func whereToLook() -> [(lookUp: LoginName.LookUp, asked: [DirectoryLink])] {
    let directories = links.map(\.reader.directory)
    let steps = (LoginName(attempt.login)?.lookUps(in: directories) ?? []).compactMap { lookUp in
      let asked = links.filter { lookUp.isSought(in: $0.reader.directory) }
      return asked.isEmpty ? nil : (lookUp, asked)
    }
    return steps.isEmpty ? [(RandomName.login(), Array(links.prefix(1)))] : steps
  }

  /// What was typed is in no message unless a directory knows it: people type passwords there.
  private func refuse(_ whom: String, _ reason: String) {
    logger.info("tenant '\(attempt.tenant.name)' does not let \(whom) sign in: \(reason)")
  }
}
