import Authorization
import CLDAP
import OperatingSystem
import TenantCore

/// Asks a directory for users by their anchors, anywhere under the root, person or not (S5); first
/// the server that the users were read from, since another one may lag behind it.
struct PresenceRead {
  /// Anchors a question; a filter of this size is far below every server's limit.
  static let batch = 100

  let reader: LDAPDirectoryReader
  let cancellation: Cancellation

  func run(_ guids: [ObjectGUID]) throws -> [ObjectGUID: Presence] {
    var servers = try reader.servers()
    if let last = reader.lastServer.server, servers.contains(where: last.isSameHost) {
      servers = [last] + servers.filter { !$0.isSameHost(as: last) }
    }
    var left = servers.count == 1 ? servers + servers : servers
    while true {
      let session = try reader.open(&left, cancellation)
      do {
        let found = try search(guids, session)
        return guids.reduce(into: [:]) {
          $0[$1] = found.contains($1) ? .outOfScope : .deleted
        }
      } catch let fault as LDAPFault {
        guard fault.isLoss, !left.isEmpty else {
          throw DirectoryError(
            .incomplete,
            "users of \(reader.directory.domain) that were not read could not be "
              + "looked for: \(session.server): \(fault.text)", cause: fault)
        }
      }
    }
  }

  private func search(_ guids: [ObjectGUID], _ session: LDAPSession) throws -> Set<ObjectGUID> {
    let root = reader.settings.rootDN
    let unit = UnitRead(session: session, base: root, bases: [root])
    var found: Set<ObjectGUID> = []
    for start in stride(from: 0, to: guids.count, by: Self.batch) {
      let part = guids[start..<min(start + Self.batch, guids.count)]
      found.formUnion(try unit.anchors(filter: SearchFilter.anyOf(part.map(\.bytes))))
    }
    return found
  }
}
