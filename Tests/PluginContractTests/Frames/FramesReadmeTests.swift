import Foundation
import Testing

@testable import PluginContract

/// The example of the page that describes the frames, read from that page.
@Suite("The frames' README", .timeLimit(.minutes(5)))
struct FramesReadmeTests {
  private static let page = Examples.repository.appending(
    path: "Sources/PluginContract/Frames/README.md")

  /// The bytes of a block: each line has some in hexadecimal, then `;` and what they mean.
  private func bytes(of block: String) throws -> [UInt8] {
    let page = try String(contentsOf: Self.page, encoding: .utf8)
    let start = try #require(page.range(of: "```\(block)\n"))
    let end = try #require(page.range(of: "\n```", range: start.upperBound..<page.endIndex))
    return try page[start.upperBound..<end.lowerBound].split(separator: "\n").flatMap { line in
      let digits = try #require(line.split(separator: ";", maxSplits: 1).first)
      return try digits.split(separator: " ").map { try #require(UInt8($0, radix: 16)) }
    }
  }

  private func body(of block: String, _ kind: Frame.Kind) throws -> [UInt8] {
    let bytes = try bytes(of: block)
    let (read, length) = try Frame.head(bytes.prefix(Frame.headLength))
    let body = Array(bytes.dropFirst(Frame.headLength))
    #expect(read == kind)
    #expect(length == body.count)
    return body
  }

  @Test("the question is the one that the page tells of, and is written like that")
  func question() throws {
    let read = try RecordsFrame(body(of: "records", .records)) { matcher, _ in
      matcher == 0 ? ["mail"] : nil
    }
    #expect(read.request == 1)
    #expect(read.side == .directory)
    #expect(read.purpose == .candidates)
    #expect(read.batch.directory == 0)
    let asked = Examples.question(
      ["J.Smith@ACME.example", "noreply@acme.example"], column: "mail", side: .directory)
    #expect(try asked.frame(names: ["mail"]).bytes == bytes(of: "records"))
    #expect(try read.frame(names: ["mail"]).bytes == bytes(of: "records"))
  }

  @Test("the answer is the one that the page tells of, and is written like that")
  func answer() throws {
    let read = try KeysFrame(body(of: "keys", .keys))
    #expect(read.request == 1)
    #expect(read.texts == [["j.smith"], []])
    #expect(read.keys.verdicts == [1: .skip(rule: "noreply")])
    var keys = KeyBatch()
    keys.add(Array("j.smith".utf8), rule: 0)
    keys.endRecord()
    keys.skip("noreply")
    keys.endRecord()
    #expect(try KeysFrame(request: 1, keys: keys).frame().bytes == bytes(of: "keys"))
  }

  @Test("the program of the page gives that answer, byte by byte")
  func program() throws {
    let plugin = try PluginConversation(Examples.file("mail-name", "mail-name"))
    _ = try plugin.greet()
    _ = try plugin.ask(Examples.make(["separator": .string("@")]))
    try plugin.send(bytes: bytes(of: "records"))
    #expect(try plugin.frame().bytes == bytes(of: "keys"))
    #expect(try plugin.end() == 0)
  }

  @Test("the page has the limits that the code has, and every kind and key of a message")
  func limits() throws {
    let page = try String(contentsOf: Self.page, encoding: .utf8).replacing(",", with: "")
    for limit in [
      Frame.maximumLength, ControlFrame.maximumPluginLength, RecordBatch.maximumCount,
      RowBatch.maximumCount, KeyBatch.maximumKeyLength,
    ] { #expect(page.contains(" \(limit) "), "\(limit)") }
    for kind in NearMissKind.allCases { #expect(page.contains("`\(kind.rawValue)`")) }
    for field in TenantField.allCases { #expect(page.contains("`\(field.rawValue)`")) }
    for type in OptionTypeName.allCases { #expect(page.contains("`\(type.rawValue)`")) }
    for text in ControlMessageTests.host.map(\.1) + ControlMessageTests.plugin.map(\.1) {
      let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
      for key in try #require(object as? [String: Any]).keys {
        #expect(page.contains("`\(key)`"), "\(key)")
      }
    }
  }
}
