internal import Administration
import Authorization
import Logging
internal import OperatingSystem
import Synchronization
import TenantCore

/// Reads one live directory through libldap. Each call has a thread and a connection of its own.
struct LDAPDirectoryReader: Sendable {
  let directory: Directory
  /// The directory's index in the tenant.
  let index: Int
  let settings: LDAPSettings
  let logger: Logger
  /// The server that the last whole read came from.
  let lastServer: LastServer

  init(
    directory: Directory, index: Int, settings: LDAPSettings, logger: Logger,
    lastServer: LastServer = LastServer()
  ) {
    self.directory = directory
    self.index = index
    self.settings = settings
    self.logger = logger
    self.lastServer = lastServer
  }

  /// All users, with back-pressure; see ``Authorization/DirectoryReading``.
  func users(attributes: [String], at moment: Timestamp) -> EventSequence {
    EventSequence { channel in
      try DirectoryRead(reader: self, attributes: attributes, moment: moment, channel: channel)
        .run()
    }
  }

  /// Where users are that were not read (S5).
  func presence(of guids: [ObjectGUID]) async throws -> [ObjectGUID: Presence] {
    guard !guids.isEmpty else { return [:] }
    return try await OwnThread.run { cancellation in
      try PresenceRead(reader: self, cancellation: cancellation).run(guids)
    }
  }

  /// Each step of each host.
  func testConnection() async -> [ConnectionStep] {
    let steps = try? await OwnThread.run { cancellation in
      ConnectionTest(reader: self, cancellation: cancellation).run()
    }
    return steps ?? []
  }

  /// The whole names of what is read.
  var bases: [String] {
    guard !settings.organizationalUnits.isEmpty else { return [settings.rootDN] }
    return settings.organizationalUnits.map {
      DistinguishedName.absolute($0, under: settings.rootDN)
    }
  }

  func servers() throws -> [LDAPServer] { try LDAPServer.servers(of: directory, settings) }

  /// A session on the first server that can be opened; those tried are taken from the list.
  ///
  /// - Throws: ``DirectoryError``, unavailable, that names every server's failing step.
  func open(
    _ servers: inout [LDAPServer], _ cancellation: Cancellation,
    _ password: SharedPassword = SharedPassword()
  ) throws -> LDAPSession {
    let connector = LDAPConnector(
      settings: settings, cancellation: cancellation, password: password)
    var messages: [String] = []
    while !servers.isEmpty {
      let server = servers.removeFirst()
      do {
        return session(try connector.open(server), cancellation)
      } catch let fault as ConnectionFault {
        let message = fault.wholeMessage
        if !messages.contains(message) { messages.append(message) }
        guard !fault.isFinal else { break }
        logger.warning("\(message)")
        if servers == [server] { servers = [] }  // the second try is for a lost connection only
      } catch let fault as LDAPFault {
        messages.append("\(server): \(fault.text)")
      }
    }
    throw DirectoryError(
      .unavailable, "directory '\(directory.domain)': " + messages.joined(separator: "; "))
  }

  func finding(_ message: String) -> Finding {
    Finding(.serverLost, subject: directory.domain, message: message)
  }

  func session(
    _ connection: LDAPConnector.Connection, _ cancellation: Cancellation
  ) -> LDAPSession {
    LDAPSession(
      handle: connection.handle, server: connection.server, settings: settings,
      cancellation: cancellation, logger: logger)
  }
}

/// The server, with its address, that the last whole read of a directory came from.
final class LastServer: Sendable {
  private let last = Mutex<LDAPServer?>(nil)

  var server: LDAPServer? { last.withLock { $0 } }

  func remember(_ server: LDAPServer) { last.withLock { $0 = server } }
}

/// The last servers of all directories, by tenant and index.
final class LastServers: Sendable {
  private let known = Mutex<[String: LastServer]>([:])

  subscript(tenant: String, index: Int) -> LastServer {
    known.withLock { known in
      let name = "\(tenant)/\(index)"
      let server = known[name] ?? LastServer()
      known[name] = server
      return server
    }
  }
}
