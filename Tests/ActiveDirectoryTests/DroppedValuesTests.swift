import Foundation
import Harness
import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite(
  "M14: A value that is read and not kept is told, whatever it is read from",
  .timeLimit(.minutes(5)))
struct DroppedValuesTests {
  private static let long = String(repeating: "m", count: 5000)
  private static let told = Finding(
    .valueTooLong, subject: "ACME\\a",
    message: "mail of 5000 bytes is longer than 4096, and was not kept; shorten it in the directory"
  )

  @Test("LDIF and CSV", arguments: [Export.Format.ldif, .csv])
  func files(format: Export.Format) async throws {
    let fault = Fault(.directory, "a value too large to keep, in a file (\(format))")
    let guid = "00000000-0000-4000-8000-000000000001"
    let text =
      switch format {
      case .csv: "DN,objectGUID,sAMAccountName,mail\nCN=a,\(guid),a,\(Self.long)\n"
      case .ldif:
        "dn: CN=a,DC=x\nobjectClass: user\nobjectCategory: person\n"
          + "objectGUID:: AQAAAAAAAEAAgAAAAAAAAQ==\nsAMAccountName: a\nmail: \(Self.long)\n\n"
      }
    let answer = try await Export.read(text, format)
    try #require(answer.rows.map(\.fault) == [.undecodable(attribute: "mail")])
    try #require(answer.report?.findings == [Self.told])
    fault.survived("the row is invalid, a finding names attribute, user and size")
  }

  private func builder() throws -> DirectoryBatchBuilder {
    try DirectoryBatchBuilder(
      directory: 0, configuration: Directory(domain: "ACME", source: .csv(path: "/x")), rootDN: nil,
      attributes: ["proxyAddresses"], moment: Timestamp(secondsSince1970: 0))
  }

  @Test("Twenty users are noted one by one, the others counted; who is no person is not noted")
  func many() throws {
    var builder = try builder()
    let long = [UInt8](repeating: 109, count: 4097)
    for number in 0..<30 {
      builder.append(index: 0, bytes: Array("u\(number)".utf8))
      for _ in 0..<9 { builder.append(index: 1, bytes: long) }
      builder.endRecord(dn: Array("CN=\(number)".utf8))
    }
    builder.append(index: 1, bytes: long)
    builder.append(
      index: try #require(builder.index(of: Array("isDeleted".utf8))), bytes: Array("TRUE".utf8))
    builder.endRecord(dn: Array("CN=gone".utf8))
    let findings = builder.findings
    #expect(findings.count == 21)
    #expect(findings.first?.subject == "ACME\\u0")
    #expect(
      findings.last
        == Finding(
          .valueTooLong, subject: "ACME",
          message: "10 more users have values that are too long and were not kept"))
  }

  @Test("One user has 100,000 values and 16 MiB at most, and the next one is not spoiled by it")
  func size() throws {
    var builder = try builder()
    let column = try #require(builder.index(of: Array("proxyAddresses".utf8)))
    for _ in 0...RecordSize.maximumValues { builder.append(index: column, bytes: [65]) }
    #expect(builder.isRecordTooLarge)
    builder.endRecord(dn: Array("CN=a".utf8))
    #expect(!builder.isRecordTooLarge)
    for _ in 0...4096 { builder.append(index: column, bytes: [UInt8](repeating: 65, count: 4096)) }
    builder.endRecord(dn: Array("CN=b".utf8))
    let batch = builder.take()
    let values = try #require(batch.records.column("proxyAddresses")?.raw)
    #expect((0..<2).map { values.values(of: $0).count } == [100_000, 4096])
    #expect(
      builder.findings.map(\.message) == [
        "proxyAddresses is beyond 100000 values of one user, and was not kept; shorten it in the "
          + "directory",
        "proxyAddresses is beyond 16 MiB of values of one user, and was not kept; shorten it in the "
          + "directory",
      ])
  }
}
