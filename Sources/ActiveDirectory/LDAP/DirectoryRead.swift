internal import Administration
import Authorization
import CLDAP
import Logging
import TenantCore

/// One read of a directory: its servers in order, and on the first that answers every
/// organizational unit to its last page (T2).
///
/// All of it comes from one connection. A server that is lost on the way is followed by the next one,
/// from page one, and what the lost one gave is void: pages of two servers would show somebody twice
/// or not at all who was changed in between.
struct DirectoryRead {
  let reader: LDAPDirectoryReader
  let attributes: [String]
  let moment: Timestamp
  let channel: BoundedChannel<DirectoryEvent>

  /// Sends batches, then the report.
  func run() throws {
    let servers = try reader.servers()
    var left = servers.count == 1 ? servers + servers : servers
    var losses: [String] = []
    while true {
      let session: LDAPSession
      do {
        session = try reader.open(&left, channel.cancellation)
      } catch let error as DirectoryError where !losses.isEmpty && error.code == .unavailable {
        throw lost(losses + [error.message])
      }
      do {
        let report = try read(session, losses)
        reader.lastServer.remember(session.server)
        return try channel.send(.finished(report))
      } catch let fault as LDAPFault where fault.isLoss {
        losses.append("\(session.server) was lost: \(fault.text)")
        reader.logger.warning("\(session.server) was lost while it was read: \(fault.text)")
        guard !left.isEmpty else { throw lost(losses) }
        try channel.send(.restarted)
      } catch let fault as LDAPFault {
        throw DirectoryError(
          .incomplete,
          "\(reader.directory.domain) was not read to its end: \(session.server): "
            + fault.text, cause: fault)
      }
    }
  }

  private func lost(_ losses: [String]) -> DirectoryError {
    DirectoryError(
      .incomplete,
      "\(reader.directory.domain) was not read to its end: "
        + losses.joined(separator: "; ") + "; run again when a server is back")
  }

  private func read(_ session: LDAPSession, _ losses: [String]) throws -> ReadReport {
    let bases = reader.bases
    let units = bases.map { UnitRead(session: session, base: $0, bases: bases) }
    let excluded = try excludedAnchors(units)
    var report = ReadReport(
      domain: reader.directory.domain, server: session.server.description,
      findings: losses.map { reader.finding($0 + "; read again from the start") })
    for unit in units {
      let builder = try DirectoryBatchBuilder(
        directory: reader.index, configuration: reader.directory,
        rootDN: reader.settings.rootDN, attributes: attributes, moment: moment)
      let (pages, findings) = try unit.users(
        filter: SearchFilter.persons(and: reader.settings.filter), builder: builder,
        excluded: excluded
      ) { batch in
        report.records += batch.count
        try channel.send(.batch(batch))
      }
      report.pages += pages
      report.findings += findings
    }
    return report
  }

  private func excludedAnchors(_ units: [UnitRead]) throws -> Set<ObjectGUID> {
    guard let exclusion = reader.directory.exclusions.filter else { return [] }
    let filter = SearchFilter.persons(and: reader.settings.filter, exclusion)
    return try units.reduce(into: []) { $0.formUnion(try $1.anchors(filter: filter)) }
  }
}
