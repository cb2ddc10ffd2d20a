import Harness
import Testing

@testable import PluginContract

@Suite("Columns against an array of arrays")
struct ColumnReferenceTests {
  /// What a column holds, said in the slowest way.
  private struct Reference {
    var records: [[[UInt8]]] = []
    var open: [[UInt8]] = []
  }

  /// A column and what it should hold, made by the same random steps.
  private func made(_ random: inout SeededGenerator) -> (PackedColumn, Reference) {
    var column = PackedColumn()
    var reference = Reference()
    // Most columns have one value a record, at least for a while.
    let isMostlySingle = random.number(below: 4) > 0
    for _ in 0..<random.number(below: 40) {
      let count = isMostlySingle && random.number(below: 20) > 0 ? 1 : random.number(below: 4)
      for _ in 0..<count {
        let value = random.bytes(upTo: 20)
        if Bool.random(using: &random) { column.append(value) } else { column.append(value.span) }
        reference.open.append(value)
      }
      if random.number(below: 8) == 0 {
        column.discardRecord()
        reference.open = []
        continue
      }
      column.endRecord()
      reference.records.append(reference.open)
      reference.open = []
    }
    return (column, reference)
  }

  private func records(_ column: PackedColumn) -> [[[UInt8]]] {
    (0..<column.recordCount).map { record in
      column.values(of: record).map { Array(column.value($0)) }
    }
  }

  @Test("any mix of records is read as it was appended", arguments: 0..<400)
  func reading(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let (column, reference) = made(&random)
    #expect(records(column) == reference.records)
    #expect(column.valueCount == reference.records.joined().count)
    for (record, values) in reference.records.enumerated() {
      #expect(column.firstByteRange(of: record).map { Array(column.bytes[$0]) } == values.first)
    }
    #expect(column.trimmed() == column)
    var writer = ByteWriter()
    column.write(to: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try PackedColumn(records: column.recordCount, from: &reader) == column)
  }

  @Test("records of another column and of a buffer are the same records", arguments: 0..<400)
  func copying(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let (column, reference) = made(&random)
    var (copy, before) = made(&random)
    for record in 0..<column.recordCount {
      copy.append(valuesOf: record, in: column)
      copy.endRecord()
    }
    #expect(records(copy) == before.records + reference.records)
    let ranges = (0..<column.recordCount).map { column.firstByteRange(of: $0) ?? 0..<0 }
    copy.appendRecords(ranges.span, of: column.bytes.span)
    copy.appendRecords(3, repeating: [7])
    before.records += reference.records + ranges.map { $0.isEmpty ? [] : [Array(column.bytes[$0])] }
    #expect(records(copy) == before.records + [[[7]], [[7]], [[7]]])
  }

  @Test(
    "M5: a column's canonical form is that of each value by itself", arguments: 0..<600)
  func folding(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var builder = RecordBatchBuilder(text: ["sn"], opaque: ["photo"], directory: nil)
    var expected: [[[UInt8]]] = []
    let kinds = 1 + random.number(below: 4)
    for _ in 0..<random.number(below: 30) {
      var values: [[UInt8]] = []
      for _ in 0..<random.number(below: 3) {
        let value =
          switch random.number(below: kinds) {
          case 0: Array("Anna \(random.number(below: 9)) Smith-JONES@x".utf8)
          case 1: Array("ÄSSß Łukasz Иванова Ωmega".utf8.prefix(random.number(below: 40)))
          case 2: Array(random.text(upTo: 12).utf8)
          default: random.bytes(upTo: 12)
          }
        let isText = String(validating: value, as: UTF8.self) != nil
        #expect(builder.append(value, to: 0) == isText)
        builder.append(value, to: 1)
        values.append(CanonicalReference.form(of: value) ?? [])
      }
      builder.endRecord()
      expected.append(values)
    }
    let batch = builder.finish()
    #expect(records(batch.columns[0].canonical) == expected)
    batch.releaseCanonical()
    #expect(records(batch.columns[0].canonical) == expected)
    #expect(batch.columns[1].canonical.recordCount == 0)
  }
}
