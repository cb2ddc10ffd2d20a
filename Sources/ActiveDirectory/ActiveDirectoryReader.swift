package import Administration
package import Authorization
package import Logging
package import TenantCore

/// Reads Active Directory: live through LDAP, or exported to a file.
///
/// Each read has a thread of its own and hands over a few batches at a time, so that a slow reader
/// holds it back instead of filling the memory.
package struct ActiveDirectoryReader: DirectoryReading {
  private let logger: Logger
  private let lastServers = LastServers()

  /// Makes a reader.
  package init(logger: Logger) { self.logger = logger }

  /// Reads all users of a directory; see ``Authorization/DirectoryReading``.
  package func users(
    of directory: Int, attributes: [String], at moment: Timestamp, permit: Permit
  ) -> any AsyncSequence<DirectoryEvent, any Error> & Sendable {
    do {
      switch try source(directory, permit) {
      case .live(let reader): return reader.users(attributes: attributes, at: moment)
      case .file(let reader): return reader.users(attributes: attributes, at: moment)
      }
    } catch {
      return EventSequence { _ in throw error }
    }
  }

  /// Where linked users are that were not among those read (S5).
  package func presence(
    of guids: [ObjectGUID], in directory: Int, permit: Permit
  ) async throws -> [ObjectGUID: Presence] {
    switch try source(directory, permit) {
    case .live(let reader): try await reader.presence(of: guids)
    case .file(let reader): reader.presence(of: guids)
    }
  }

  /// Tries every step; a directory that cannot be looked for fails its first one.
  package func testConnection(of directory: Int, permit: Permit) async -> [ConnectionStep] {
    do {
      switch try source(directory, permit) {
      case .live(let reader): return await reader.testConnection()
      case .file(let reader): return await reader.testConnection()
      }
    } catch {
      return [
        ConnectionStep(.read, target: permit.tenant.name, succeeded: false, message: error.message)
      ]
    }
  }

  private enum Source {
    case live(LDAPDirectoryReader)
    case file(FileDirectoryReader)
  }

  private func source(_ index: Int, _ permit: Permit) throws(DirectoryError) -> Source {
    let directories = permit.tenant.directories
    guard directories.indices.contains(index) else {
      throw DirectoryError(
        .configuration, "tenant '\(permit.tenant.name)' has no directory number \(index + 1)")
    }
    let directory = directories[index]
    switch directory.source {
    case .ldap(let settings):
      return .live(
        LDAPDirectoryReader(
          directory: directory, index: index, settings: settings, logger: logger,
          lastServer: lastServers[permit.tenant.name, index]))
    case .ldif(let path):
      return .file(FileDirectoryReader(directory: directory, index: index, format: .ldif(path)))
    case .csv(let path):
      return .file(FileDirectoryReader(directory: directory, index: index, format: .csv(path)))
    }
  }
}
