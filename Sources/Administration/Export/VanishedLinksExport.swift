internal import PluginContract
internal import TenantCore

extension TenantSession {
  /// All links without a row, or without a user, as the lines of a CSV file; only its heading if there is
  /// no complete run yet.
  package func vanishedLinksExport() async throws -> [String] {
    let heading = CSVCellWriter.line(["state", "domain", "login", "objectGUID", "userName"])
    return [heading]
      + (try await head()?.vanishedLinks ?? []).map { vanished in
        CSVCellWriter.line([
          vanished.state.rawValue, vanished.link.domain, vanished.link.login,
          vanished.link.guid.description, vanished.link.userName,
        ])
      }
  }
}
