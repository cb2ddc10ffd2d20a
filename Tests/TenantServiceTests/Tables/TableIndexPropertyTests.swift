import Harness
import Testing

@testable import TenantService

@Suite("An index answers as looking at every row would")
struct TableIndexPropertyTests {
  private struct Numbers {
    var generator: SeededGenerator

    mutating func below(_ limit: Int) -> Int { generator.number(below: limit) }

    /// A text of syllables that repeat, so that values are often equal and have long common heads.
    mutating func text() -> String {
      let syllables = [
        "an", "AN", "ber", "ß", "Ä", "a\u{308}", "x", ".", "@", " ", "ı", "漢", "christian", "q",
      ]
      return (0..<below(5)).map { _ in syllables[below(syllables.count)] }.joined()
    }

    mutating func table(rowCount: Int) -> PlainTable {
      PlainTable(
        fieldCount: 3, categoryCount: 6,
        rows: (0..<rowCount).map { number in
          PlainTable.Row(
            key: "\(number)", fields: [text(), text(), text()],
            categories: Set((0..<6).filter { _ in below(3) == 0 }))
        })
    }

    mutating func query(rowCount: Int) -> TableQuery {
      let sorts: [TableQuery.Sort?] = [
        nil, .field(0), .field(1), .field(2), .field(9), .categories([4, 1, 99, 0]),
      ]
      return TableQuery(
        required: (0..<below(3)).map { _ in (0..<below(4)).map { _ in below(8) } },
        search: [nil, nil, text(), text(), "a", "ä", "ss", "n", "anb", "#"][below(10)],
        sort: sorts[below(6)], isDescending: below(2) == 0,
        offset: [0, below(rowCount + 10), rowCount, -1, .max][below(5)],
        limit: [0, 1, 10, below(rowCount + 10), .max][below(5)])
    }
  }

  @Test(
    "R1, R4: filter, search, order, page and total are those of the naive way",
    arguments: [0, 1, 2, 63, 64, 65, 511, 512, 513, 2500])
  func equalsTheNaiveWay(rowCount: Int) throws {
    var numbers = Numbers(generator: SeededGenerator(seed: UInt64(rowCount)))
    let table = numbers.table(rowCount: rowCount)
    let index = try table.index()
    for _ in 0..<60 {
      let query = numbers.query(rowCount: rowCount)
      let all = table.rows(fitting: query)
      let page = index.page(query)
      let rest = all.dropFirst(max(0, query.offset))
      let expected = Array(rest.prefix(max(0, query.limit)))
      #expect(page.rows == expected, "\(query)")
      #expect(page.hasMore == (rest.count > expected.count), "\(query)")
      expect(page.total, of: all.count, query)
    }
  }

  private func expect(_ total: TableTotal, of count: Int, _ query: TableQuery) {
    switch total {
    case .exact(let exact): #expect(exact == count, "\(query)")
    case .moreThan(let number):
      #expect(number >= 1000 && number < count, "\(query)")
      #expect(query.search != nil)
      #expect(number >= min(max(0, query.offset), count), "\(query)")
    }
  }

  @Test("an order of many rows with long common heads is that of their bytes")
  func longHeads() throws {
    var numbers = Numbers(generator: SeededGenerator(seed: 11))
    let texts = (0..<6000).map { _ in
      String(repeating: "christian", count: numbers.below(4)) + "\(numbers.below(500))"
    }
    let index = try tableIndex(of: texts)
    let expected = texts.indices.sorted { (texts[$0], $0) < (texts[$1], $1) }
    #expect(index.page(TableQuery(sort: .field(0), limit: .max)).rows == expected)
  }
}
