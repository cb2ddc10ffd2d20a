import Harness
import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("A directory's CSV file in blocks", .timeLimit(.minutes(5)))
struct FilesBlockTests {
  private struct Answer: Equatable {
    var rows: [ExportRow] = []
    var findings: [String] = []
    var error: String?
  }

  private static let long = String(repeating: "m", count: 5000)

  private func file(_ random: inout SeededGenerator) -> String {
    var text = "\u{FEFF}DN,sAMAccountName,objectGUID,mail,Enabled,proxyAddresses\r\n"
    for row in 0..<random.number(below: 60) {
      let guid = "00000000-0000-4000-8000-\(Hex.text(of: UInt(row + 1), width: 12))"
      text += "\"CN=U\(row),OU=\(row % 3 == 0 ? "Staff" : "Rooms"),DC=x\","
      text += (random.number(below: 9) == 0 ? "" : "user\(row)") + ","
      text += (random.number(below: 9) == 0 ? "none" : guid) + ","
      text += (random.number(below: 4) == 0 ? Self.long : "\"U\(row)@x\"") + ","
      text += ["True", "False", ""][random.number(below: 3)] + ",smtp:a@x;SMTP:b@x"
      if random.number(below: 150) == 0 { text += ",one more" }
      if random.number(below: 150) == 0 { text += "\"" }
      text += "\n"
    }
    return text
  }

  private func read(_ text: String, threads: Int, size: Int) throws -> Answer {
    var builder = try DirectoryBatchBuilder(
      directory: 0,
      configuration: Directory(
        domain: "X", source: .csv(path: "/x"),
        exclusions: Exclusions(logins: ["user1*"], organizationalUnits: ["OU=Rooms"])),
      rootDN: nil, attributes: ["proxyAddresses"], moment: Export.moment)
    var answer = Answer()
    do {
      let reading = CSVReading(threads: threads, blockSize: size)
      try CSVDirectoryFile(path: "x.csv", reading: reading)
        .read(TextSource(TextFile(Array(text.utf8))), into: &builder) { batch in
          answer.rows += ExportRow.rows(of: batch, extra: "proxyAddresses")
        }
    } catch let error as DirectoryError {
      answer.error = error.message
    }
    answer.findings = builder.findings.map { "\($0.subject ?? "") \($0.message)" }
    return answer
  }

  @Test("rows, notes and the first error are the same for any blocks and threads", arguments: 1...7)
  func blocks(threads: Int) throws {
    var random = SeededGenerator(seed: UInt64(threads))
    for _ in 0..<40 {
      let text = file(&random)
      let whole = try read(text, threads: 1, size: 1 << 24)
      let size = 1 + random.number(below: 3000)
      let parts = try read(text, threads: threads, size: size)
      #expect(try parts == read(text, threads: 1, size: size))
      // Of the block with the error, full batches are handed on and no others.
      #expect(parts.error == whole.error)
      #expect(whole.error != nil || parts == whole)
    }
  }
}
