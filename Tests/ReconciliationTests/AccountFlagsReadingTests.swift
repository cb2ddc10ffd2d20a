import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("What a directory leaves unknown of its accounts (M12)")
struct AccountFlagsReadingTests {
  private static let live = Directory.Source.ldap(
    LDAPSettings(
      hosts: .listed(["dc1"]), bind: .simple(user: "u", password: .environment(name: "P")),
      rootDN: "DC=acme"))

  /// The flags of two batches after all of a directory was read, and the finding.
  private func settled(_ flags: [AccountFlags], _ source: Directory.Source) -> (
    flags: [AccountFlags], finding: Finding?
  ) {
    var batches = [flags.prefix(2), flags.dropFirst(2)].map { flags in
      DirectoryUserBatch(
        directory: 0, records: records(flags.count), anchors: flags.map { _ in nil },
        flags: Array(flags), changeNumbers: flags.map { _ in 0 }, changedAt: flags.map { _ in 0 })
    }
    let reading = AccountFlagsReading(Directory(domain: "ACME", source: source))
    reading.settle(&batches)
    return (batches.flatMap(\.flags), reading.finding(of: batches))
  }

  private func records(_ count: Int) -> RecordBatch {
    var builder = RecordBatchBuilder(text: [], directory: 0)
    for _ in 0..<count { builder.endRecord() }
    return builder.finish()
  }

  @Test("in a file, who has no lockoutTime is not locked, if others have one")
  func file() {
    let (flags, finding) = settled(
      [.lockedUnknown, [.disabled, .lockedUnknown], .unknown, .locked, []], .ldif(path: "/x"))
    #expect(flags == [[], .disabled, .unknown, .locked, []])
    #expect(
      finding
        == Finding(
          .unknownFlags, subject: "ACME",
          message: "it is not known whether 1 of 5 users are enabled (userAccountControl), 1 of 5 "
            + "users are locked (msDS-User-Account-Control-Computed, lockoutTime), 1 of 5 users "
            + "are expired (accountExpires): these attributes could not be read; export them too: "
            + "name them after ldapsearch's filter, or in ldifde -l"))
  }

  @Test("a file in which nobody has one does not tell who is locked")
  func nobody() {
    let (flags, finding) = settled(
      [.lockedUnknown, [.disabled, .lockedUnknown], .lockedUnknown], .csv(path: "/x"))
    #expect(flags == [.lockedUnknown, [.disabled, .lockedUnknown], .lockedUnknown])
    #expect(finding?.message.contains("3 of 3 users are locked") == true)
    #expect(finding?.message.contains("enabled") == false)
  }

  @Test("a live directory computes it for everybody, so its absence hides it")
  func hidden() {
    let (flags, finding) = settled([[], .locked, .lockedUnknown], Self.live)
    #expect(flags == [[], .locked, .lockedUnknown])
    #expect(finding?.message.contains("1 of 3 users are locked") == true)
  }

  @Test("where all is known, nothing is said")
  func known() {
    #expect(settled([[], .disabled, .locked, .expired], Self.live).finding == nil)
    #expect(settled([], .csv(path: "/x")).finding == nil)
  }
}
