import Logging
import TenantCore

/// Which of the assigned groups a person is in, directly or through others.
///
/// Active Directory itself counts the groups, primary group included, in `tokenGroups` (MS-ADTS,
/// section 3.1.1.4.5.19), and they are compared by security identifiers. A server that does not
/// give them is asked for `member`, through others where it knows the rule (MS-ADTS, section
/// 3.1.1.3.4.4.3).
final class GroupMembership {
  private let home: DirectoryLink
  private let links: [DirectoryLink]
  private let logger: Logger
  /// Why groups of another directory could not be looked for; the others still count.
  private(set) var failure: DirectoryError?

  /// - Parameters:
  ///   - home: the person's directory.
  ///   - links: all live directories of the tenant, in order.
  init(home: DirectoryLink, links: [DirectoryLink], logger: Logger) {
    self.home = home
    self.links = links
    self.logger = logger
  }

  /// Those of the groups that count, as they were asked for.
  func groups(of dn: String, among groups: [String]) throws -> Set<String> {
    let token = try home.ask { try PersonToken(of: dn, $0) }
    var found: Set<String> = []
    for group in Set(groups).sorted() where try contains(dn, token, group) { found.insert(group) }
    return found
  }

  private func contains(_ dn: String, _ token: PersonToken, _ group: String) throws -> Bool {
    guard let link = link(holding: group) else {
      logger.warning(
        "the group '\(group)' of 'assignments' is in no live directory's 'rootDN'; nobody is in it"
      )
      return false
    }
    let entry: GroupEntry
    do {
      entry = try link.ask { try GroupEntry(group, $0) }
    } catch let error as DirectoryError where link !== home {
      logger.warning("the group '\(group)' of 'assignments' was not looked for: \(error.message)")
      failure = error
      return false
    }
    switch (entry, token) {
    case (.missing, _):
      logger.warning(
        """
        there is no group '\(group)' in \(link.domain), or the account that reads may not see it; \
        correct 'assignments' in the tenant file
        """)
      return false
    case (.known(let identifier), .groups(let groups)):
      return groups.contains(identifier) && (link === home || identifier.isOfOneDomain)
    case (.known, .unknown), (.unidentified, _):
      return try link === home && home.ask { try GroupMember(dn, of: group).isFound($0) }
    }
  }

  /// The directory with the longest root above a group; of equals the person's own, then the first.
  private func link(holding group: String) -> DirectoryLink? {
    guard let name = DistinguishedName(group) else { return nil }
    var best: (link: DirectoryLink, length: Int)?
    for link in [home] + links {
      guard let root = DistinguishedName(link.rootDN), name.isWithin(root) else { continue }
      if root.components.count > best?.length ?? -1 { best = (link, root.components.count) }
    }
    return best?.link
  }
}
