import Foundation
import Testing

@testable import PluginContract

@Suite("The example matcher in Swift", .timeLimit(.minutes(10)))
struct StaffNumberTests {
  private func keys(
    _ values: [String?], side: Side = .directory, prefix: String = "",
    purpose: KeyPurpose = .candidates
  ) throws -> [[String]] {
    let plugin = try PluginConversation(Examples.staffNumber)
    _ = try plugin.greet()
    _ = try plugin.ask(Examples.make(["prefix": .string(prefix)]))
    let column = side == .directory ? "employeeID" : "employeeId"
    let answer = try plugin.keys(
      Examples.question(values, column: column, side: side, purpose: purpose), names: [column])
    #expect(try plugin.end() == 0)
    return answer.texts
  }

  @Test("it greets with what its manifest says, and tells what it reads")
  func handshake() throws {
    let plugin = try PluginConversation(Examples.staffNumber)
    let manifest = try Examples.manifest("staff-number")
    guard case .hello(let hello) = try plugin.greet() else {
      Issue.record("no greeting")
      return
    }
    #expect(hello.kind == .matcher)
    #expect(hello.name == manifest["name"])
    #expect(hello.version == manifest["version"])
    #expect(hello.options?.map(\.name) == ["prefix"])
    guard case .made(let made) = try plugin.ask(Examples.make()) else {
      Issue.record("no matcher")
      return
    }
    #expect(made.attributes == ["employeeID"])
    #expect(made.fields == ["employeeId"])
    #expect(made.rules.map(\.code) == ["staff-number"])
    #expect(try plugin.end() == 0)
  }

  @Test("leading zeros do not count, the last zero stays, nothing is no key")
  func zeros() throws {
    let values = ["0042", "42", " 420 ", "000", "0", "", nil, "A007"]
    let expected = [["42"], ["42"], ["420"], ["0"], ["0"], [], [], ["a007"]]
    #expect(try keys(values) == expected)
    #expect(try keys(values, side: .tenant) == expected)
    #expect(try keys(values, purpose: .explanation).allSatisfy(\.isEmpty))
  }

  @Test("a prefix is dropped where it stands, whatever its case")
  func prefix() throws {
    #expect(
      try keys(["e-0042", "E-42", "42", "E-", "X-42"], prefix: " E-") == [
        ["42"], ["42"], ["42"], [], ["x-42"],
      ])
  }

  @Test("--manifest prints a manifest that says the same as the stored one")
  func manifest() throws {
    let printed = try Examples.output(of: Examples.staffNumber, "--manifest")
    let stored = try Examples.text("staff-number", "manifest.yaml")
    let lines = { (text: String) in
      Set(text.replacing("\"", with: "").split(separator: "\n").filter { !$0.hasPrefix("author") })
    }
    #expect(lines(printed) == lines(stored))
  }

  @Test("a frame that is not for it ends it with 1")
  func strangeFrame() throws {
    let plugin = try PluginConversation(Examples.staffNumber, complains: true)
    _ = try plugin.greet()
    try plugin.send(Frame(.bytes, [1]))
    #expect(try plugin.end() == 1)
  }
}
