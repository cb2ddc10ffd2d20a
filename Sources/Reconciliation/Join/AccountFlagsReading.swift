internal import PluginContract
package import TenantCore

/// What one directory tells of its accounts, once all of it was read (M12).
package struct AccountFlagsReading {
  private let directory: Directory

  package init(_ directory: Directory) { self.directory = directory }

  /// Says who of a file is not locked. Active Directory writes `lockoutTime` on accounts that were
  /// locked once, and an export leaves out what is not there: whoever has none in a file in which
  /// others have one is not locked, if the account's other flags could be read. A live directory
  /// computes the answer for each account, so there its absence means that it is hidden.
  package func settle(_ batches: inout [DirectoryUserBatch]) {
    if case .ldap = directory.source { return }
    guard batches.contains(where: { $0.flags.contains { $0.isLocked != nil } }) else { return }
    for batch in batches.indices {
      for record in batches[batch].flags.indices
      where batches[batch].flags[record].isEnabled != nil {
        batches[batch].flags[record].remove(.lockedUnknown)
      }
    }
  }

  /// One finding for the whole directory; nil if everything is known of everybody.
  package func finding(of batches: [DirectoryUserBatch]) -> Finding? {
    var unknown = (enabled: 0, locked: 0, expired: 0)
    for batch in batches {
      for flags in batch.flags where !flags.isDisjoint(with: .unknown) {
        unknown.enabled += flags.isEnabled == nil ? 1 : 0
        unknown.locked += flags.isLocked == nil ? 1 : 0
        unknown.expired += flags.isExpired == nil ? 1 : 0
      }
    }
    let total = batches.reduce(0) { $0 + $1.count }
    let parts = [
      (unknown.enabled, "enabled (userAccountControl)"),
      (unknown.locked, "locked (msDS-User-Account-Control-Computed, lockoutTime)"),
      (unknown.expired, "expired (accountExpires)"),
    ].filter { $0.0 > 0 }.map { "\($0) of \(total) users are \($1)" }
    guard !parts.isEmpty else { return nil }
    return Finding(
      .unknownFlags, subject: directory.domain,
      message: "it is not known whether \(parts.joined(separator: ", ")): these attributes could "
        + "not be read; \(AttributeRemedy(directory).text)")
  }
}

/// What an administrator does so that attributes are read.
struct AttributeRemedy {
  /// The ports of a global catalog, which holds some attributes of all domains.
  private static let catalogPorts = [3268, 3269]

  /// The clause of a sentence.
  let text: String

  init(_ directory: Directory) {
    text =
      switch directory.source {
      case .ldif: "export them too: name them after ldapsearch's filter, or in ldifde -l"
      case .csv: "export them too: Get-ADUser -Properties or csvde -l takes their names"
      case .ldap(let settings) where Self.isCatalog(settings):
        "a global catalog does not hold all attributes: read a domain controller, on port 636"
      case .ldap: "allow the account that reads the directory to see them, in every unit"
      }
  }

  private static func isCatalog(_ settings: LDAPSettings) -> Bool {
    settings.port.map(catalogPorts.contains) ?? false
  }
}
