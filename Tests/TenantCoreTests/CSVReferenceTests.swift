import Foundation
import Harness
import OperatingSystem
import Testing

@testable import TenantCore

@Suite("CSV in blocks and by words, against CSV a byte at a time", .timeLimit(.minutes(5)))
struct CSVReferenceTests {
  /// All that is read of a file: each record with its line, or what is wrong.
  private struct Answer: Equatable {
    var records: [[String]] = []
    var lines: [Int] = []
    var terminated: [Bool] = []
    var error: TextError?
  }

  /// Pieces of which files are made that mean something to a scanner.
  private static let pieces = [
    "a", "bc", "defghijklmnop", "Müller", "漢", "\"", "\"\"", "\"x\"", "\"a,b\"", "\"a\"\"b\"",
    "\"a\nb\"", "\"a\r\nb\"", "\"#TYPE x\n\"", ",", ",", ",", ";", "\t", "\n", "\n", "\r\n", "\r\n",
    "\r", "\u{FEFF}", "#TYPE a,\"b\n", "\n#TYPE T\r\n", "\n\n", " ", "'", "name,mail\n",
    "mail,name\n",
  ]

  private static func file(_ random: inout SeededGenerator) -> String {
    var text =
      switch random.number(below: 6) {
      case 0: ""
      case 1: "sep=,\n"
      case 2: "\u{FEFF}#TYPE T\nname,mail\r\n"
      default: "name,mail\n"
      }
    // Of half of them each row is whole, so that they are read to their end.
    let isWhole = Bool.random(using: &random)
    for _ in 0..<random.number(below: 30) {
      if isWhole {
        let cells = (0..<2).map { _ in
          let piece = pieces[random.number(below: pieces.count)]
          return Bool.random(using: &random)
            ? "\"\(piece.replacing("\"", with: "\"\""))\"" : piece.filter { $0.isLetter }
        }
        text += cells.joined(separator: ",") + (Bool.random(using: &random) ? "\n" : "\r\n")
      } else {
        text += pieces[random.number(below: pieces.count)]
      }
    }
    if random.number(below: 8) == 0 { text += "\u{1A}" }
    return text
  }

  private func slow(_ text: TextFile) -> Answer {
    var answer = Answer()
    do {
      var scanner = try ReferenceScanner(text)
      var record = ReferenceRecord()
      while try scanner.next(&record) {
        answer.records.append((0..<record.count).map { record.text($0) })
        answer.lines.append(record.line)
        answer.terminated.append(record.isTerminated)
      }
    } catch {
      answer.error = error
    }
    return answer
  }

  private func fast(_ text: TextFile) -> Answer {
    var answer = Answer()
    do {
      var scanner = try CSVScanner(text)
      var record = CSVRecord()
      while try scanner.next(&record) {
        answer.records.append(
          record.cells.map { String(decoding: scanner.bytes[$0], as: UTF8.self) })
        answer.lines.append(record.line)
        answer.terminated.append(record.isTerminated)
      }
    } catch {
      answer.error = error
    }
    return answer
  }

  @Test("the records, their lines and the first error are the same", arguments: 0..<50)
  func scanner(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<40 {
      let text = try TextFile(Array(Self.file(&random).utf8))
      #expect(fast(text) == slow(text), "\(String(decoding: text.utf8, as: UTF8.self))")
    }
  }

  /// What a table gives of a whole file, its names first.
  private func whole(_ text: TextFile) -> Answer {
    var answer = Answer()
    do {
      guard var table = try CSVTable(text) else { return answer }
      answer.records = [table.header.names]
      var record = CSVRecord()
      while try table.next(&record) { Self.add(record, table, to: &answer) }
    } catch {
      answer.error = error
    }
    return answer
  }

  private static func add(_ record: CSVRecord, _ table: CSVTable, to answer: inout Answer) {
    answer.records.append((0..<record.count).map { table.text($0, of: record) })
    answer.lines.append(record.line)
    answer.terminated.append(record.isTerminated)
  }

  private func inBlocks(_ text: TextFile, threads: Int, size: Int) -> Answer {
    var answer = Answer()
    do {
      try CSVReading(threads: threads, blockSize: size).read(
        TextSource(text), empty: Answer(),
        reader: { header in
          if let header { answer.records = [header.names] }
          return { (table, rows) throws(TextError) in
            var record = CSVRecord()
            while try table.next(&record) { Self.add(record, table, to: &rows) }
          }
        },
        deliver: { rows, linesBefore in
          answer.records += rows.records
          answer.lines += rows.lines.map { $0 + linesBefore }
          answer.terminated += rows.terminated
        })
    } catch let error as TextError {
      answer.error = error
    } catch {
      Issue.record(error)
    }
    return answer
  }

  @Test("blocks of any size, read by any number of threads, are the whole file", arguments: 1...7)
  func blocks(threads: Int) throws {
    var random = SeededGenerator(seed: UInt64(threads))
    for _ in 0..<80 {
      let text = try TextFile(Array(Self.file(&random).utf8))
      let size = 1 + random.number(below: 80)
      #expect(
        inBlocks(text, threads: threads, size: size) == whole(text),
        "\(size): \(String(decoding: text.utf8, as: UTF8.self))")
    }
  }

  @Test("a part that is no text is refused as the whole file is, with its line", arguments: 1...3)
  func noText(threads: Int) throws {
    var random = SeededGenerator(seed: UInt64(threads))
    for bad in [[0xFC], [0x00], [0xC3], [0xFF, 0xFE]] as [[UInt8]] {
      for _ in 0..<10 {
        var bytes = Array("name,mail\n".utf8)
        for row in 0..<20 { bytes += Array("user\(row),\"ü\(row)\"\n".utf8) }
        bytes.insert(contentsOf: bad, at: 20 + random.number(below: bytes.count - 20))
        let expected = #expect(throws: TextError.self) { try TextFile(bytes) }
        let error = #expect(throws: NoTextFile.self) {
          try temporarily(bytes) { path in
            try CSVReading(threads: threads, blockSize: 32).read(
              TextSource(FileDescriptor(file: path), limit: 1 << 20), empty: 0,
              reader: { _ in Self.passOver }, deliver: { _, _ in })
          }
        }
        #expect(error?.problem == expected)
      }
    }
  }

  private static let passOver: CSVReading.RowReader<Int> = { (table, _) throws(TextError) in
    var record = CSVRecord()
    while try table.next(&record) {}
  }

  @Test("a file is read as its bytes are, Ctrl-Z at its end left out", arguments: 0..<20)
  func files(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<20 {
      let bytes = Array(Self.file(&random).utf8)
      try temporarily(bytes) { path in
        var source = try TextSource(FileDescriptor(file: path), limit: 1 << 20)
        var read: [UInt8] = []
        while try source.read(1 + random.number(below: 50), into: &read) {}
        #expect(try read == TextFile(bytes).utf8)
      }
    }
    try temporarily([0x61, 0x62]) { path in
      #expect(throws: TextTooLong.self) { _ = try TextSource(FileDescriptor(file: path), limit: 1) }
    }
  }

  private func temporarily(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file.csv")
    try Data(bytes).write(to: URL(filePath: path))
    try body(path)
  }
}
