import HTMLExporter
import PluginContract

/// The exports that the golden files hold.
enum ExampleExport {
  static func header(
    _ columns: [RowColumn] = htmlExporter.declaration.columns, tenant: String = "acme",
    counts: [(state: String, count: Int)] = [("linked", 2), ("ambiguous", 1)],
    matched: Int = 2, live: Bool = false, title: String = ""
  ) -> ExportHeader {
    ExportHeader(
      tenant: tenant, run: live ? nil : 12, startedAt: "2026-11-22T13:00:00Z",
      completedAt: "2026-11-22T13:00:04Z", live: live, countsByState: counts, matched: matched,
      notMatched: counts.reduce(-matched) { $0 + $1.count }, columns: columns,
      options: OptionValues(
        ["title": .string(title)], declared: htmlExporter.declaration.options))
  }

  static let rows: [[RowColumn: [String]]] = [
    [
      .activeDirectoryLogin: ["jsmith"], .smtpAddress: ["j.smith@acme.example"],
      .status: ["Matched"], .state: ["linked"], .userName: ["jsmith"],
      .reasonMessage: ["the Windows login is ACME\\jsmith"],
    ],
    [
      .activeDirectoryLogin: ["kim"], .status: ["Matched"], .state: ["linked"],
      .userName: ["kim"], .reasonMessage: ["the Windows login is ACME\\kim"],
    ],
    [
      .activeDirectoryLogin: ["müller"], .smtpAddress: ["müller@acme.example"],
      .status: ["Not Matched"], .state: ["ambiguous"],
      .reasonMessage: ["givenName+sn 'Jo Müller' matches several users: 'jo', 'joe'"],
      .reasonNextStep: ["link one by hand"],
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
    lastFailure: .init(
      run: 13, at: "2026-11-22T14:00:00Z", message: "dc1: no answer\ndc2: no answer"))
}

/// Values that a directory, a tenant or an administrator could hold against the reader.
enum HostileExport {
  static let attacks = [
    "<script>alert(1)</script>", "</td></tr></table><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)", "' autofocus onfocus='alert(1)", "</title><svg onload=alert(1)>",
    "</script><script>alert(1)//", "</style><style>*{display:none}", "<!--", "-->", "<![CDATA[",
    "javascript:alert(1)", "&lt;script&gt;", "&#x3c;b&#x3e;", "<\u{0}script>alert(1)</script>",
    "\u{202E}nimda\u{202C}", "\u{2066}a\u{2069}", "a\u{200B}b\u{FEFF}", "a\u{85}b\u{7F}\u{1B}[31m",
    "line\r\n\ttwo\u{2028}three", "مرحبا", "x\u{E0041}", "`${alert(1)}`", "{{7*7}}",
  ]

  static let columns = RowColumn.snapshot

  /// Every attack once in every column.
  static let rows: [[RowColumn: [String]]] = attacks.map { attack in
    Dictionary(uniqueKeysWithValues: columns.map { ($0, [attack]) })
  }

  static let header = ExampleExport.header(
    columns, tenant: "<b>acme</b>", counts: attacks.map { ($0, 1) }, matched: 0,
    title: "</title><script>alert(\"1\")</script>\u{202E}")

  static let summary = ExportSummary(
    vanishedLinks: attacks.map {
      .init(state: $0, objectGUID: $0, domain: $0, login: $0, userName: $0)
    },
    unclaimed: attacks,
    findings: attacks.map { .init(code: $0, subject: $0, message: $0) },
    lastFailure: .init(
      run: 13, at: "\"><script>alert(1)</script>", message: "<script>alert(1)</script>"))
}
