import TenantCore
import Testing

@testable import Administration

@Suite("Lists of logins")
struct LoginListTests {
  private func list(_ text: String) throws -> LoginList {
    try LoginList(Array(text.utf8), named: "leavers.txt")
  }

  @Test("a login a line, as it is typed; blank lines and blanks around are nothing")
  func lines() throws {
    let list = try list("jdoe\n\n  ACME\\bdavis \t\r\n\t\r\nada lovelace@acme.example")
    #expect(list.logins == ["jdoe", "ACME\\bdavis", "ada lovelace@acme.example"])
    #expect(list.lines == [1, 3, 5])
  }

  @Test("files of Windows tools: UTF-16, byte order marks where files were joined, Ctrl-Z")
  func windows() throws {
    let wide = "\u{FEFF}jdoe\r\nmüller\r\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(try LoginList(wide, named: "x").logins == ["jdoe", "müller"])
    let joined = try list("\u{FEFF}jdoe\n\u{FEFF}müller\n\u{1A}")
    #expect(joined.logins == ["jdoe", "müller"])
  }

  @Test(
    "what is no text is refused with its line",
    arguments: [([0x61, 0x0A, 0x62, 0x0A, 0xFF, 0x0A], 3), ([0x61, 0x62, 0x63, 0x0A, 0x00], 2)])
  func noText(bytes: [UInt8], line: Int) throws {
    let error = try #require(throws: SheetError.self) { try LoginList(bytes, named: "x") }
    #expect(error.problems.map(\.line) == [line])
    #expect(error.failure.kind == .configuration)
  }

  @Test("a list of nobody is refused", arguments: ["", "\n \n\t\r\n"])
  func nobody(text: String) {
    #expect(throws: SheetError.self) { try list(text) }
  }

  @Test("a list of more than 128 MiB is refused before it is read as text")
  func tooLong() throws {
    let bytes = [UInt8](repeating: 0xFF, count: LoginList.maximumBytes + 1)
    let error = try #require(throws: Failure.self) { try LoginList(bytes, named: "x") }
    #expect(error.message == "'x' is longer than 128 MiB; split it")
  }

  @Test("a file that is not there, and a folder, cannot be read", arguments: ["/nowhere", "/"])
  func unreadable(path: String) throws {
    let error = try #require(throws: Failure.self) { try LoginList(file: path) }
    #expect(error.message.hasPrefix("'\(path)' cannot be read: "))
  }
}
