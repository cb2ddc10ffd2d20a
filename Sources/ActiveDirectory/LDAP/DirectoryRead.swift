internal import Administration
import Authorization
import CLDAP
import Logging
import OperatingSystem
import TenantCore

/// One read of a directory: its servers in order, and on the first that answers every
/// organizational unit to its last page (T2).
///
/// All of it comes from one server: units are read at once only where each connection's server says that it is
/// the same. One that is lost on the way, on any connection, is followed by
/// the next one, from page one, and what the lost one gave is void: pages of two servers would show
/// somebody twice or not at all who was changed in between.
struct DirectoryRead {
  let reader: LDAPDirectoryReader
  let attributes: [String]
  let moment: Timestamp
  let channel: BoundedChannel<DirectoryEvent>
  private let password = SharedPassword()

  init(
    reader: LDAPDirectoryReader, attributes: [String], moment: Timestamp,
    channel: BoundedChannel<DirectoryEvent>
  ) {
    self.reader = reader
    self.attributes = attributes
    self.moment = moment
    self.channel = channel
  }

  /// Sends batches, then the report.
  func run() throws {
    let servers = try reader.servers()
    var left = servers.count == 1 ? servers + servers : servers
    var losses: [String] = []
    while true {
      let session: LDAPSession
      let cancellation = Cancellation(under: channel.cancellation)
      do {
        session = try reader.open(&left, cancellation, password)
      } catch let error as DirectoryError where !losses.isEmpty && error.code == .unavailable {
        throw lost(losses + [error.message])
      }
      do {
        let report = try read(session, losses, cancellation)
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

  private func read(
    _ session: LDAPSession, _ losses: [String], _ cancellation: Cancellation
  ) throws -> ReadReport {
    let bases = reader.bases
    let name = bases.count > 1 ? try session.serverName() : nil
    let connections = name == nil ? 1 : min(bases.count, UnitWorkers.maximumConnections)
    // All connections together take no more into memory than one.
    let longestAnswer = LDAPHandle.longestAnswer / connections
    session.handle.longestAnswer = longestAnswer
    let workers = UnitWorkers(connections, first: session, cancellation) {
      [reader, password, server = session.server] in
      do {
        let connector = LDAPConnector(
          settings: reader.settings, cancellation: cancellation, password: password)
        let connection = try connector.open(server)
        let session = reader.session(connection, cancellation)
        guard connection.server == server, try session.serverName() == name else {
          throw LDAPFault(code: LDAP_SERVER_DOWN, diagnostic: "another server answers")
        }
        connection.handle.longestAnswer = longestAnswer
        return session
      } catch {
        reader.logger.notice("no further connection to \(server) is used: \(error)")
        throw error
      }
    }
    let excluded = try excludedAnchors(workers)
    let parts = try workers.each(bases) { [reader, attributes, moment, channel] base, session in
      let builder = try DirectoryBatchBuilder(
        directory: reader.index, configuration: reader.directory,
        rootDN: reader.settings.rootDN, attributes: attributes, moment: moment)
      return try UnitRead(session: session, base: base, bases: bases).users(
        filter: SearchFilter.persons(and: reader.settings.filter), builder: builder,
        excluded: excluded
      ) { try channel.send(.batch($0)) }
    }
    var report = ReadReport(
      domain: reader.directory.domain, server: session.server.description,
      findings: losses.map { reader.finding($0 + "; read again from the start") })
    for part in parts {
      report.records += part.records
      report.pages += part.pages
      report.findings += part.findings
    }
    return report
  }

  private func excludedAnchors(_ workers: UnitWorkers) throws -> Set<ObjectGUID> {
    guard let exclusion = reader.directory.exclusions.filter else { return [] }
    let filter = SearchFilter.persons(and: reader.settings.filter, exclusion)
    let bases = reader.bases
    return try workers.each(bases) { base, session in
      try UnitRead(session: session, base: base, bases: bases).anchors(filter: filter)
    }.reduce(into: []) { $0.formUnion($1) }
  }
}

extension LDAPSession {
  /// What the server calls itself: the name of its settings in the directory (`dsServiceName` of the root
  /// DSE, MS-ADTS, section 3.1.1.3.2.8). Connections with the same one lead to one server, also where a
  /// load balancer takes them; nil where a server does not tell it.
  fileprivate func serverName() throws -> [UInt8]? {
    var decoder = ValuesDecoder(of: Self.nameAttribute)
    let request = SearchRequest(
      base: "", scope: .base, filter: "(objectClass=*)", attributes: [Self.nameAttribute])
    do {
      try search(request).visitEntries(&decoder)
    } catch is SearchFault {
      return nil
    }
    return decoder.values.first
  }

  private static let nameAttribute = "dsServiceName"
}
