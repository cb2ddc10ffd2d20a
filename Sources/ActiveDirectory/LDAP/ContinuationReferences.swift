import Logging

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
    guard let (_, name) = DistinguishedName.parts(ofURL: url), !name.isEmpty else { return true }
    guard bases.contains(where: { DistinguishedName.isWithin(name, $0) }) else { return false }
    let first = DistinguishedName.components(of: name).first ?? ""
    let isPartition = ["cn=configuration", "cn=schema"].contains(first) || first.hasPrefix("dc=")
    return !isPartition || bases.contains { DistinguishedName.isWithin($0, name) }
  }
}
