import Harness
import Testing

@testable import PluginContract

/// Bodies with errors in them: a `FrameError`, or a value whose every part can be read. A trap
/// would end the test program, so that these tests passing at all is what they are for.
@Suite("Bodies with errors in them")
struct FrameMutationTests {
  @Test("a body that was cut anywhere is refused", arguments: 0..<8)
  func cut(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let question = Samples.question(&random, records: 8)
    let names = try #require(Samples.names(matcher: 0, side: question.side))
    for body in Self.cuts(try question.frame(names: names).body) {
      #expect(throws: FrameError.self) { try RecordsFrame(body, names: Samples.names) }
    }
    for body in Self.cuts(try Samples.answer(&random, records: 8).frame().body) {
      #expect(throws: FrameError.self) { try KeysFrame(body) }
    }
    for body in Self.cuts(try RowsFrame.frame(Samples.rows(&random, rows: 8)).body) {
      #expect(throws: FrameError.self) { try RowsFrame.batch(body, columns: Samples.columns) }
    }
  }

  @Test("changed records are refused or whole", arguments: 0..<40)
  func changedRecords(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let question = Samples.question(&random, records: 6)
    let names = try #require(Samples.names(matcher: 0, side: question.side))
    let body = try question.frame(names: names).body
    for _ in 0..<500 {
      let changed = Self.changed(body, &random)
      guard let read = try? RecordsFrame(changed, names: Samples.names) else { continue }
      for column in read.batch.columns {
        for record in 0..<read.batch.count {
          _ = column.raw.texts(of: record)
          if column.canonical.recordCount > 0 { _ = column.canonical.texts(of: record) }
        }
      }
      let names = try #require(Samples.names(matcher: read.matcher, side: read.side))
      #expect(try read.frame(names: names).body == changed)
    }
  }

  @Test("changed keys are refused or whole", arguments: 0..<40)
  func changedKeys(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let body = try Samples.answer(&random, records: 6).frame().body
    for _ in 0..<500 {
      guard let read = try? KeysFrame(Self.changed(body, &random)) else { continue }
      var combined = KeyBatch()
      for record in 0..<read.keys.recordCount {
        _ = read.keys.keys.texts(of: record)
        combined.add(keysOf: record, in: read.keys, firstRule: 1)
        combined.endRecord()
      }
      #expect(combined.keys == read.keys.keys)
    }
  }

  @Test("changed rows are refused or whole", arguments: 0..<40)
  func changedRows(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let body = try RowsFrame.frame(Samples.rows(&random, rows: 6)).body
    for _ in 0..<500 {
      let changed = Self.changed(body, &random)
      guard let read = try? RowsFrame.batch(changed, columns: Samples.columns) else { continue }
      for row in 0..<read.count {
        for column in Samples.columns { _ = read.text(column, row: row) }
      }
      #expect(try RowsFrame.frame(read).body == changed)
    }
  }

  @Test("random bytes are refused or whole", arguments: 0..<20)
  func noise(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<500 {
      let body = random.bytes(upTo: 80)
      _ = try? Frame.head(body)
      _ = try? KeysFrame(body)
      _ = try? RecordsFrame(body, names: Samples.names)
      _ = try? RowsFrame.batch(body, columns: Samples.columns)
    }
  }

  /// The body, cut before each of its bytes.
  private static func cuts(_ body: [UInt8]) -> [[UInt8]] {
    body.indices.map { Array(body[..<$0]) }
  }

  /// The body with one to three changes: bits flipped, bytes that are extreme, some put in, some
  /// taken out.
  private static func changed(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var changed = body
    for _ in 0...random.number(below: 3) where !changed.isEmpty {
      let place = random.number(below: changed.count)
      switch random.number(below: 5) {
      case 0: changed[place] ^= 1 << UInt8(random.number(below: 8))
      case 1: changed[place] = 0xFF
      case 2: changed[place] = changed[place] &+ 1
      case 3: changed.insert(UInt8(random.number(below: 256)), at: place)
      default: changed.remove(at: place)
      }
    }
    return changed
  }
}
