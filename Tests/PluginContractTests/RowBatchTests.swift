import Testing

@testable import PluginContract

@Suite("Row batches")
struct RowBatchTests {
  @Test("R2: the standard columns are the page's, with its headings")
  func headings() {
    let headings = RowColumn.standard.map(\.heading)
    #expect(headings == ["Active Directory Login", "SMTP Address", "Status"])
    #expect(RowColumn.state.heading == "state")
  }

  @Test("a column's ordinal is its place among all")
  func ordinals() {
    #expect(RowColumn.allCases.map(\.ordinal) == Array(RowColumn.allCases.indices))
  }

  @Test("a row is filled column by column, or at once, or from another batch")
  func filling() {
    var batch = RowBatch(columns: [.status, .activeDirectoryLogin, .reasonCandidates])
    batch.fill(.activeDirectoryLogin, Array("jsmith".utf8))
    batch.fill(.reasonCandidates, texts: ["a", "b"])
    batch.fill(.status, nil as [UInt8]?)
    // The batch does not have this column.
    batch.fill(.domain, Array("ACME".utf8))
    batch.appendRow { [$0.rawValue] }
    var copy = RowBatch(columns: batch.columns)
    copy.appendRow(1, of: batch)
    copy.appendRow(0, of: batch)
    #expect(batch.count == 2)
    #expect(batch.text(.activeDirectoryLogin, row: 0) == "jsmith")
    #expect(batch.values(of: .reasonCandidates)?.texts(of: 0) == ["a", "b"])
    #expect(batch.text(.status, row: 0) == nil)
    #expect(batch.bytes(.status, row: 1).map { Array($0) } == Array("status".utf8))
    #expect(batch.values(of: .domain) == nil)
    #expect(copy.text(.activeDirectoryLogin, row: 1) == "jsmith")
    #expect(copy.text(.status, row: 0) == "status")
  }

  @Test("a batch without columns has no rows")
  func noColumns() {
    var batch = RowBatch(columns: [])
    batch.appendRow { _ in ["x"] }
    #expect(batch.count == 0)
  }
}
