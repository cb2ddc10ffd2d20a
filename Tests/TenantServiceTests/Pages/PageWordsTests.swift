import Administration
import TenantCore
import Testing

@testable import TenantService

@Suite("Words of the pages")
struct PageWordsTests {
  @Test(
    "numbers have commas",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (12_345, "12,345"),
      (1_000_000, "1,000,000"), (-1234, "-1,234"),
    ])
  func numbers(number: Int, text: String) { #expect(PageWords.count(number) == text) }

  @Test("one is one, others are several")
  func plural() {
    #expect(PageWords.count(1, "user") == "1 user")
    #expect(PageWords.count(0, "user") == "0 users")
    #expect(PageWords.duration(59) == "59 seconds")
    #expect(PageWords.duration(3600) == "1 hour")
    #expect(PageWords.duration(-5) == "0 seconds")
  }

  @Test("a moment reads well")
  func times() throws {
    let moment = try #require(Timestamp("2026-11-22T13:00:41Z"))
    #expect(PageWords.words(of: moment) == "2026-11-22 13:00 UTC")
  }

  @Test("a remedy is a button or a page, never a command")
  func remedies() {
    let failure = Failure(.notAvailable, "there is no user 'x'", remedy: .showUsers)
    #expect(WebFailure(failure).onPage == "there is no user 'x'; the page Users shows them")
    #expect(PageRemedy.buttons(.relink) == "Allow again")
    let clauses = [
      Remedy.link, .unlink, .relink, .nameUser, .allowLargeChange, .sync, .testConnection,
      .showRows, .showUsers, .showHistory,
    ].compactMap(PageRemedy.clause)
    #expect(clauses.count == 10 && !clauses.contains { $0.contains("tenantctl") })
  }

  @Test("a row says that nobody knows whether the account is enabled, not what no row tells (M12)")
  func flags() {
    #expect(PageWords.flags([]) == [])
    #expect(PageWords.flags([.disabled, .locked, .expired]) == ["disabled", "locked", "expired"])
    #expect(PageWords.flags(.unknown) == ["enabled: not known"])
  }

  @Test("what a directory does not tell stands above a run's numbers")
  func warnings() throws {
    let moment = Timestamp(secondsSince1970: 0)
    var run = RunRecord(
      outcome: .complete, actor: "a", startedAt: moment, completedAt: moment)
    run.findings = [
      Finding(.unknownFlags, subject: "ACME", message: "x"),
      Finding(.attributeMissing, subject: "ACME", message: "none of the 3 users has <mail>"),
    ]
    struct Values: Sendable { let warnings: [PageWarning] }
    let page = try PageTemplates().text(
      "part-warnings", Values(warnings: DirectoryWarnings.values(of: run)))
    #expect(
      page == """
        <div class="note warn">
        <p><strong>A directory lacks an attribute that is compared.</strong> <span dir="auto">ACME: \
        none of the 3 users has &lt;mail&gt;.</span> </p>
        </div>

        """)
  }

  @Test(
    "a long table says which rows it shows",
    arguments: [
      (1, TableTotal.exact(0), false, "no rows"), (1, .exact(7), false, "rows 1–7 of 7"),
      (2, .exact(120), true, "rows 51–100 of 120"), (3, .exact(120), false, "rows 101–120 of 120"),
      (1, .moreThan(1000), true, "rows 1–50 of more than 1,000"),
      (9, .exact(7), false, "no rows; there are 7"),
    ])
  func table(page: Int, total: TableTotal, hasMore: Bool, text: String) throws {
    var place = TablePlace()
    place.number = page
    let words = TableWords(place: place, total: total, hasMore: hasMore)
    let pager = words.pager { "?page=\($0)" }
    #expect(words.rowsText == text)
    #expect((pager != nil) == (page > 1 || hasMore))
    #expect(pager?.firstHref == (page > 1 ? "?page=1" : nil))
    #expect(pager?.previousHref == (page > 1 ? "?page=\(page - 1)" : nil))
    #expect(pager?.nextHref == (hasMore ? "?page=\(page + 1)" : nil))
  }
}
