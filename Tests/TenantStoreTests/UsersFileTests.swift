import Foundation
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

@Suite("Users files as Excel, PowerShell and people write them")
struct UsersFileTests {
  private func read(_ bytes: [UInt8], skipInvalid: Bool = false) throws -> [[String?]] {
    let path = NSTemporaryDirectory() + "users-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(filePath: path))
    let file = try UsersFile.read(path, skipInvalid: skipInvalid)
    return file.order.map { row in
      TenantField.allCases.map { field in
        file.value(field, of: row).map { String(decoding: $0, as: UTF8.self) }
      } + [file.isActive[row] ? nil : "inactive"]
    }
  }

  private func refusal(of bytes: [UInt8]) throws -> String {
    let error = try #require(#expect(throws: StoreError.self) { try read(bytes) })
    #expect(error.code == .usersFile)
    return String(error.message.split(separator: ".csv:", maxSplits: 1).last ?? "")
  }

  private static let text = "userName,firstName,active\r\nmm,Müller,false\r\n\"a,b\",,\r\n"

  private static func utf16(_ text: String) -> [UInt8] {
    text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
  }

  @Test(
    "encodings, delimiters and what stands before the names change nothing",
    arguments: [
      Array(text.utf8), Array(("\u{FEFF}" + text).utf8), utf16(text), utf16("\u{FEFF}" + text),
      Array(("sep=,\r\n" + text).utf8), Array(("#TYPE x\r\n" + text).utf8),
      Array(text.utf8.dropLast(2)), Array((text + "\u{FEFF}" + text.prefix(26)).utf8) + [0x1A],
      Array("userName;firstName;active\nmm;Müller;false\na,b;;\n".utf8),
      Array("sep=;\nuserName;firstName;active\nmm;Müller;false\na,b;;\n".utf8),
      Array("userName\tfirstName\tactive\nmm\tMüller\tfalse\na,b\t\t\n".utf8),
    ])
  func sameUsers(bytes: [UInt8]) throws {
    #expect(
      try read(bytes) == [
        ["a,b", nil, nil, nil, nil, nil, nil], ["mm", nil, "Müller", nil, nil, nil, "inactive"],
      ])
  }

  @Test("another encoding is refused as a whole, with its name and what to do")
  func encoding() throws {
    let bytes = Array("userName,firstName\nmm,M".utf8) + [0xFC] + Array("ller\n".utf8)
    let message = try refusal(of: bytes)
    #expect(
      message.hasPrefix("2: the file is neither UTF-8 nor UTF-16; it looks like Windows-1252"))
    #expect(message.contains("'CSV UTF-8' in Excel"))
    #expect(
      try refusal(of: Array("userName\na\0b\n".utf8)).hasPrefix("2: the file has a zero byte"))
    #expect(throws: StoreError.self) { try read(bytes, skipInvalid: true) }
  }

  @Test("a delimiter that is not certain is refused rather than guessed")
  func delimiter() throws {
    #expect(
      try refusal(of: Array("userName;firstName,email\n".utf8))
        .hasPrefix("1: the column names are separated by semicolons and by commas"))
    #expect(
      try refusal(of: Array("sep=|\nuserName|email\n".utf8)).hasPrefix("1: the delimiter '|'"))
    #expect(
      try refusal(of: Array("userName;email\na,b\n".utf8)).contains(
        "1 fields, but the header has 2, separated by semicolons"))
  }

  @Test("a column twice: equal or one blank is fine, different is refused, naming both")
  func twice() throws {
    let text = "userName,email,EMAIL\na,a@x,\nb,,b@x\nc,C@x,c@x\n"
    #expect(try read(Array(text.utf8)).map { $0[5] } == ["a@x", "b@x", "C@x"])
    let message = try refusal(of: Array((text + "d,d@x,e@x\n").utf8))
    #expect(
      message.hasPrefix(
        "5: the columns 'email' and 'EMAIL' mean the same and have different values, 'd@x' and 'e@x'"
      ))
    #expect(try read(Array((text + "d,d@x,e@x\n").utf8), skipInvalid: true).count == 3)
    #expect(
      try refusal(of: Array("userName,username\na,b\n".utf8)).contains("'userName' and 'username'"))
  }

  @Test("a header beyond all bounds is refused at once")
  func bounds() throws {
    let many = Array((0..<1_000_000).map { "c\($0)" }.joined(separator: ",").utf8)
    #expect(
      try refusal(of: many) == "1: there are more than 16384 fields; 1024 columns are allowed")
    let unknown = (0..<1000).map { "c\($0)" }.joined(separator: ",")
    let message = try refusal(of: Array((unknown + ",userName\n").utf8))
    #expect(message.split(separator: "\n").count == 21)
    #expect(message.hasSuffix("and 980 more unknown columns"))
  }
}
