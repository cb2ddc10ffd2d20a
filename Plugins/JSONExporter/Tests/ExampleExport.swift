import PluginContract

/// The export that the golden files hold.
enum ExampleExport {
  static func header(_ columns: [RowColumn] = RowColumn.snapshot) -> ExportHeader {
    ExportHeader(
      tenant: "acme", run: 12, startedAt: "2026-11-22T13:00:00Z",
      completedAt: "2026-11-22T13:00:04Z", live: false,
      countsByState: [("linked", 2), ("ambiguous", 1)], matched: 2, notMatched: 1,
      columns: columns)
  }

  /// A live read of a directory without users.
  static let emptyHeader = ExportHeader(
    tenant: "acme", run: nil, startedAt: "2026-11-22T13:00:00Z",
    completedAt: "2026-11-22T13:00:04Z", live: true, countsByState: [], matched: 0,
    notMatched: 0, columns: RowColumn.snapshot, byteOrderMark: true)

  static let rows: [[RowColumn: [String]]] = [
    [
      .activeDirectoryLogin: ["jsmith"], .smtpAddress: ["j.smith@acme.example"],
      .status: ["Matched"], .state: ["linked"], .domain: ["ACME"],
      .objectGUID: ["9a3b0000-0000-0000-0000-000000000001"],
      .distinguishedName: ["CN=John Smith,OU=Staff,DC=acme,DC=example"], .enabled: ["true"],
      .locked: ["false"], .expired: ["false"], .userName: ["jsmith"],
      .windowsLogin: ["ACME\\jsmith"], .reasonCode: ["login-exact"], .reasonMatcher: ["login"],
      .reasonAttribute: ["sAMAccountName"], .reasonValue: ["jsmith"],
      .reasonCanonical: ["acme\\jsmith"],
      .reasonMessage: ["the Windows login is ACME\\jsmith"],
    ],
    [
      .activeDirectoryLogin: ["müller"], .status: ["Not Matched"], .state: ["ambiguous"],
      .domain: ["ACME"], .distinguishedName: ["CN=\"Jo\" Müller/Ops,DC=acme,DC=example"],
      .enabled: ["false"], .locked: ["true"], .reasonCode: ["several-users"],
      .reasonMatcher: ["name"], .reasonAttribute: ["givenName+sn"], .reasonValue: ["Jo Müller"],
      .reasonCanonical: ["jo müller"],
      .reasonMessage: ["several users fit:\n\tjo, joe\u{0}\u{1F}"],
      .reasonNextStep: ["link one by hand"], .reasonCandidates: ["jo", "joe"],
    ],
  ]

  static let summary = ExportSummary(
    vanishedLinks: [
      .init(
        state: "source-deleted", objectGUID: "9a3b0000-0000-0000-0000-000000000009",
        domain: "ACME", login: "gone", userName: "gone@acme.example")
    ],
    unclaimed: ["free", "frei/über"],
    findings: [
      .init(code: "renamed", subject: "ACME\\jsmith", message: "was \"smith\""),
      .init(code: "conflict", subject: nil, message: "two took one email"),
    ],
    lastFailure: .init(run: 13, at: "2026-11-22T14:00:00Z", message: "no answer"))
}
