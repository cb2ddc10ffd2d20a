import Testing

@testable import TenantService

@Suite("An index of a table")
struct TableIndexTests {
  private func rows(_ texts: [String], _ query: TableQuery) throws -> [String] {
    try tableIndex(of: texts).page(query).rows.map { texts[$0] }
  }

  @Test("an empty table has one page, and it is empty")
  func noRows() throws {
    let index = try tableIndex(of: [])
    let queries = [
      TableQuery(), TableQuery(search: "a"), TableQuery(search: "anna"),
      TableQuery(sort: .field(0)), TableQuery(sort: .field(0), isDescending: true),
      TableQuery(required: [[0]], isDescending: true, offset: 5),
      TableQuery(sort: .categories([0])),
    ]
    for query in queries { #expect(index.page(query) == TablePage()) }
  }

  @Test("M5: a search finds whatever the case, with umlauts and ß, and keeps accents apart")
  func folding() throws {
    let texts = ["Jörg Müller", "JO\u{308}RG", "Jorg", "Weiß", "WEISS", "Ärger"]
    #expect(try rows(texts, TableQuery(search: "jörg")) == ["Jörg Müller", "JO\u{308}RG"])
    #expect(try rows(texts, TableQuery(search: " WEIß ")) == ["Weiß", "WEISS"])
    #expect(try rows(texts, TableQuery(search: "ä")) == ["Ärger"])
    #expect(try rows(texts, TableQuery(search: "jorg")) == ["Jorg"])
  }

  @Test("a search text without letters is none", arguments: [nil, "", " ", "\t\n", "\u{A0}"])
  func blank(search: String?) throws {
    #expect(try rows(["b", "a"], TableQuery(search: search)) == ["b", "a"])
  }

  @Test("a search of one byte finds it everywhere, and nothing where it is not")
  func oneByte() throws {
    let texts = ["a", "ba", "b", "", "c.a"]
    #expect(try rows(texts, TableQuery(search: "A")) == ["a", "ba", "c.a"])
    #expect(try rows(texts, TableQuery(search: "#")) == [])
  }

  @Test("a search text that is too long is looked at as far as it may be")
  func longSearch() throws {
    let texts = [String(repeating: "ä", count: 128) + "b", String(repeating: "ä", count: 127)]
    let long = String(repeating: "Ä", count: 4000)
    #expect(try rows(texts, TableQuery(search: long)) == [texts[0]])
  }

  @Test("no search finds what begins in one field and ends in the next")
  func fieldBorders() throws {
    let table = PlainTable(
      fieldCount: 2, categoryCount: 0,
      rows: [PlainTable.Row(key: "k", fields: ["anna", "berg"], categories: [])])
    let index = try table.index()
    for term in ["anna", "berg", "nn", "er"] {
      #expect(index.page(TableQuery(search: term)).rows == [0])
    }
    for term in ["ab", "annab", "aberg", "a\u{FF}b"] {
      #expect(index.page(TableQuery(search: term)).rows == [])
    }
  }

  @Test("empty values come last in ascending and first in descending order; ties stay in order")
  func orders() throws {
    let texts = ["b", "", "B", "a", "", "aa", "b"]
    let index = try tableIndex(of: texts)
    #expect(index.page(TableQuery(sort: .field(0))).rows == [3, 5, 0, 2, 6, 1, 4])
    let descending = TableQuery(sort: .field(0), isDescending: true)
    #expect(index.page(descending).rows == [1, 4, 0, 2, 6, 5, 3])
    #expect(index.page(TableQuery(isDescending: true)).rows == [6, 5, 4, 3, 2, 1, 0])
  }

  @Test("bytes that no text has are no end of a field, and such a value is still found")
  func notUTF8() throws {
    var builder = TableIndexBuilder(fieldCount: 2, categoryCount: 0)
    builder.append(canonical: [0x61, 0xFF, 0x62] as [UInt8])
    builder.append(folding: [0x43, 0xFF, 0x44] as [UInt8])
    builder.append(canonical: [0x65] as [UInt8])
    builder.endRow(key: [1], categories: [])
    let index = try builder.build()
    for term in ["b", "c\u{FFFD}d"] {
      #expect(index.page(TableQuery(search: term)).rows == [0])
    }
    #expect(index.page(TableQuery(search: "e")).rows == [])
  }

  @Test("rows are named by keys of any length")
  func keys() throws {
    for keys in [["aa", "bb", "cc"], ["a", "", "cc"], ["", "", "x"]] {
      let table = PlainTable(
        fieldCount: 2, categoryCount: 1,
        rows: keys.map { PlainTable.Row(key: $0, fields: [], categories: []) })
      let index = try table.index()
      for (row, key) in keys.enumerated() {
        #expect(Array(index.key(ofRow: row)) == Array(key.utf8))
      }
      #expect(index.key(ofRow: 3).isEmpty)
    }
  }

  @Test("a search counts a thousand hits, or to the end of the page, before it says more than")
  func totals() throws {
    // Each of the two pairs of bytes is in every row, side by side in the even ones only.
    let index = try tableIndex(of: (0..<6000).map { $0.isMultiple(of: 2) ? "xyz" : "yz xy" })
    let total = { (offset: Int) in index.page(TableQuery(search: "xyz", offset: offset)).total }
    #expect(total(0) == .moreThan(1000))
    #expect(total(2000) == .moreThan(2050))
    #expect(total(2950) == .exact(3000))
    #expect(index.page(TableQuery(search: "xyz", offset: 2950)).hasMore == false)
    #expect(index.page(TableQuery()).total == .exact(6000))
  }

  @Test("an order that was made is kept, and counted among the memory")
  func keptOrder() throws {
    let index = try tableIndex(of: ["b", "a"])
    let before = index.byteCount
    let query = TableQuery(sort: .field(0), isDescending: true)
    #expect(index.page(query).rows == [0, 1])
    let after = index.byteCount
    #expect(after > before)
    #expect(index.page(query).rows == [0, 1] && index.byteCount == after)
  }
}
