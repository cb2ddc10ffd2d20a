import Logging
import TenantCore

/// Decides whether a continuation reference (RFC 4511, section 4.5.3) leaves users unread (T2).
///
/// A search of a domain's root is always answered with references to the other partitions below
/// it: `CN=Configuration`, application partitions, child domains. Those are no part of the domain,
/// and so not of the directory. Any other reference into a base means that a part of it lies on
/// another server, which is never followed with credentials.
struct ContinuationReferences {
  var bases: [String]
  var server: LDAPServer
  var unit: String

  /// - Throws: ``DirectoryError`` for a reference that leaves users unread.
  func check(_ references: [[String]], _ logger: Logger) throws {
    for urls in references {
      if let url = urls.first(where: { !leavesUsersUnread($0) }) {
        logger.debug("not followed: \(url), another partition than '\(unit)'")
        continue
      }
      throw DirectoryError(
        .incomplete,
        "\(server) keeps a part of '\(unit)' elsewhere: "
          + "\(urls.first ?? "it does not say where"); add that server's domain as a directory of "
          + "its own, or name only organizational units that this server holds")
    }
  }

  func leavesUsersUnread(_ url: String) -> Bool {
    guard let (_, name) = LDAPURL.parts(ofURL: url), !name.isEmpty else { return true }
    guard bases.contains(where: { DistinguishedName.isWithin(name, $0) }) else { return false }
    let first = DistinguishedName(name)?.components.first
    let isPartition = first.map(Self.beginsPartition) ?? false
    return !isPartition || bases.contains { DistinguishedName.isWithin($0, name) }
  }

  /// `CN=Configuration`, `CN=Schema` and the application partitions, which begin with `DC`.
  private static func beginsPartition(_ component: DistinguishedName.Component) -> Bool {
    guard let pair = component.pairs.first, !component.isDomain else { return component.isDomain }
    return pair.type.elementsEqual("cn".utf8)
      && ["configuration", "schema"].contains { pair.value.elementsEqual($0.utf8) }
  }
}
