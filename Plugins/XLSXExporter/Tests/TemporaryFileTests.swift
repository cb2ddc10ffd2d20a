import Foundation
import PluginContract
import Testing

@testable import XLSXExporter

/// In processes of their own, because they change what belongs to a whole process.
@Suite("xlsx: temporary files", .timeLimit(.minutes(10)))
struct TemporaryFileTests {
  /// How many files of a folder are open, those without names included.
  private static func openFiles(of folder: URL) throws -> Int {
    let files = FileManager.default
    return try files.contentsOfDirectory(atPath: "/proc/self/fd").count { number in
      let target = try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
      return target?.hasPrefix(folder.path + "/") == true
    }
  }

  private static func batch(_ login: String = "jsmith") -> RowBatch {
    var batch = RowBatch(columns: RowColumn.standard)
    for _ in 0..<RowBatch.maximumCount { batch.appendRow { _ in [login] } }
    return batch
  }

  /// As a full disk does: writing fails beyond so many bytes.
  private static func limitFiles(to bytes: UInt) {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  }

  @Test("nothing stays, not even while it works, whether it is finished or dropped")
  func nothingStays() async {
    await #expect(processExitsWith: .success) {
      try Office.withFolder { folder in
        setenv("TMPDIR", folder.path, 1)
        for isFinished in [true, false] {
          var exporter: (any Exporter)? = try xlsxExporter.make()
          _ = try exporter?.begin(header())
          _ = try exporter?.write(Self.batch())
          #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
          #expect(try Self.openFiles(of: folder) == 2)
          if isFinished { _ = try exporter?.end(ExportSummary()) }
          exporter = nil
          #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
          #expect(try Self.openFiles(of: folder) == 0)
        }
      }
    }
  }

  @Test("a folder that is not there is named, with the remedy")
  func noFolder() async {
    await #expect(processExitsWith: .success) {
      setenv("TMPDIR", "/nowhere", 1)
      var exporter = try xlsxExporter.make()
      let error = #expect(throws: WorkbookError.self) { try exporter.begin(header()) }
      #expect(
        error?.message == "cannot make a temporary file in '/nowhere': no such file or directory; "
          + "set TMPDIR to a folder that can be written and has space")
    }
  }

  @Test("rows that do not reach the disk are an error, not a short file")
  func fullWhileWriting() async {
    await #expect(processExitsWith: .success) {
      Self.limitFiles(to: 1 << 20)
      var exporter = try xlsxExporter.make()
      _ = try exporter.begin(header())
      let error = #expect(throws: WorkbookError.self) {
        for _ in 0..<20 { _ = try exporter.write(Self.batch()) }
      }
      #expect(error?.code == .temporaryFile)
      #expect(error?.message.contains("file too large") == true)
    }
  }

  @Test("a disk without room for the whole is an error before the file begins")
  func fullAtTheEnd() async {
    await #expect(processExitsWith: .success) {
      Self.limitFiles(to: 32 * 1024)
      var exporter = try xlsxExporter.make()
      _ = try exporter.begin(header())
      var parts = 0
      let error = #expect(throws: WorkbookError.self) {
        try exporter.end(ExportSummary()) { _ in parts += 1 }
      }
      #expect(error?.code == .temporaryFile)
      #expect(parts == 0)
    }
  }

  @Test("rows before the header, or after the end, are refused")
  func order() throws {
    var exporter = try xlsxExporter.make()
    #expect(throws: WorkbookError.notBegun) { try exporter.write(Self.batch()) }
    #expect(throws: WorkbookError.notBegun) { try exporter.end(ExportSummary()) }
    _ = try exporter.begin(header())
    _ = try exporter.end(ExportSummary())
    #expect(throws: WorkbookError.notBegun) { try exporter.write(Self.batch()) }
  }
}
