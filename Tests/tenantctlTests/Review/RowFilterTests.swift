import PluginContract
import TenantCore
import Testing

@testable import tenantctl

@Suite("The review's filter (R1)")
struct RowFilterTests {
  private let columns: [RowColumn] = [
    .activeDirectoryLogin, .smtpAddress, .status, .state, .domain, .enabled, .locked,
    .expired, .userName,
  ]

  private var batch: RowBatch {
    var batch = RowBatch(columns: columns)
    let rows = [
      [
        "jsmith", "j.smith@acme.example", "Matched", "linked", "ACME", "true", "false", "true",
        "john",
      ],
      [
        "mgross", "M.Groß@acme.example", "Not Matched", "unmatched", "ACME", "false", "true",
        "false", "",
      ],
      ["jdoe", "", "Not Matched", "ambiguous", "Partner", "", "", "", ""],
    ]
    for row in rows {
      batch.appendRow { column in
        let text = columns.firstIndex(of: column).map { row[$0] } ?? ""
        return text.isEmpty ? [] : [text]
      }
    }
    return batch
  }

  private func logins(_ filter: RowFilter) -> [String] {
    var filter = filter
    let rows = filter.select(from: batch, columns: [.activeDirectoryLogin])
    return (0..<rows.count).compactMap { rows.text(.activeDirectoryLogin, row: $0) }
  }

  @Test(
    "R1, M12: by what is known of the account, and by its not being known",
    arguments: [
      (AccountFilter.enabled, ["jsmith"]), (.disabled, ["mgross"]), (.locked, ["mgross"]),
      (.expired, ["jsmith"]), (.unknown, ["jdoe"]),
    ])
  func accounts(account: AccountFilter, expected: [String]) {
    #expect(logins(RowFilter(account: account)) == expected)
  }

  @Test("R1: by status, state, and domain in any case")
  func properties() {
    #expect(logins(RowFilter()) == ["jsmith", "mgross", "jdoe"])
    #expect(logins(RowFilter(status: .matched)) == ["jsmith"])
    #expect(logins(RowFilter(status: .notMatched)) == ["mgross", "jdoe"])
    #expect(logins(RowFilter(states: ["ambiguous", "linked"])) == ["jsmith", "jdoe"])
    #expect(logins(RowFilter(states: ["source-deleted"])) == [])
    #expect(logins(RowFilter(domain: CanonicalText.of("PARTNER"))) == ["jdoe"])
  }

  @Test(
    "R1: a text is sought folded in login, mail and user name",
    arguments: [
      ("GROSS@", ["mgross"]), ("JOHN", ["jsmith"]), ("j", ["jsmith", "jdoe"]), ("nobody", []),
    ])
  func search(text: String, expected: [String]) {
    #expect(logins(RowFilter(text: CanonicalText.of(text))) == expected)
  }

  @Test("A limit counts across batches")
  func limit() {
    var filter = RowFilter(remaining: 4)
    let counts = (0..<3).map { _ in filter.select(from: batch, columns: columns).count }
    #expect(counts == [3, 1, 0])
  }

  @Test("Rows keep the columns that were asked for, in their order, absent values absent")
  func shape() {
    var filter = RowFilter(status: .notMatched)
    let rows = filter.select(from: batch, columns: [.smtpAddress, .activeDirectoryLogin])
    #expect(rows.columns == [.smtpAddress, .activeDirectoryLogin])
    #expect(rows.text(.smtpAddress, row: 0) == "M.Groß@acme.example")
    #expect(rows.text(.smtpAddress, row: 1) == nil)
  }
}
