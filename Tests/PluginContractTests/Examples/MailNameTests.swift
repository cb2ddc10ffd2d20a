import Foundation
import Testing

@testable import PluginContract

@Suite("The example matcher in Python", .timeLimit(.minutes(10)))
struct MailNameTests {
  private static let program = Examples.file("mail-name", "mail-name")
  private static let separator = OptionValue.string("@")

  /// The program after the greeting, with a matcher.
  private func started(
    _ options: [String: OptionValue] = ["separator": separator]
  ) throws -> PluginConversation {
    let plugin = try PluginConversation(Self.program)
    _ = try plugin.greet()
    _ = try plugin.ask(Examples.make(options))
    return plugin
  }

  @Test("it greets with what its manifest says, and tells what it reads")
  func handshake() throws {
    let plugin = try PluginConversation(Self.program)
    let manifest = try Examples.manifest("mail-name")
    guard case .hello(let hello) = try plugin.greet() else {
      Issue.record("no greeting")
      return
    }
    #expect(hello.contract == 1)
    #expect(hello.kind == .matcher)
    #expect(hello.name == manifest["name"])
    #expect(hello.version == manifest["version"])
    #expect(
      hello.options == [
        OptionDeclaration("separator", .string, default: Self.separator, "what ends the name")
      ])
    guard case .made(let made) = try plugin.ask(Examples.make(["separator": Self.separator])) else {
      Issue.record("no matcher")
      return
    }
    #expect(made.attributes == ["mail"])
    #expect(made.fields == ["userName"])
    #expect(made.rules.map(\.code) == ["mail-name", nil])
    #expect(made.rules.map(\.near) == [nil, "near-miss:accent"])
    #expect(try plugin.end() == 0)
  }

  @Test("both sides of a person have one key; an empty value has none (M5)")
  func keys() throws {
    let plugin = try started()
    let directory = try plugin.keys(
      Examples.question(
        [" J.Smith@ACME.example", nil, "", "@acme.example", "J.MÜLLER@x@y", "plain"],
        column: "mail", side: .directory, request: 7), names: ["mail"])
    #expect(directory.request == 7)
    #expect(directory.texts == [["j.smith"], [], [], [], ["j.müller"], ["plain"]])
    #expect(Set(directory.keys.rules) == [0])
    #expect(directory.keys.verdicts.isEmpty)
    let tenant = try plugin.keys(
      Examples.question(["j.SMITH", nil, "x@y"], column: "userName", side: .tenant),
      names: ["userName"])
    #expect(tenant.texts == [["j.smith"], [], ["x@y"]])
    #expect(try plugin.end() == 0)
  }

  @Test("a missing accent explains why no user matches")
  func nearKeys() throws {
    let plugin = try started()
    let near = try plugin.keys(
      Examples.question(
        ["j.müller@acme.example", "J.Muller@acme.example", "漢字@acme.example"], column: "mail",
        side: .directory, purpose: .explanation), names: ["mail"])
    #expect(near.texts == [["j.muller"], ["j.muller"], ["漢字"]])
    #expect(Set(near.keys.rules) == [1])
    #expect(try plugin.end() == 0)
  }

  @Test("M13: what begins with noreply is left out, and a key that is too long fails")
  func verdicts() throws {
    let plugin = try started()
    let answer = try plugin.keys(
      Examples.question(
        ["NoReply-HR@acme.example", String(repeating: "x", count: 1025), "a@b"], column: "mail",
        side: .directory), names: ["mail"])
    #expect(answer.texts == [[], [], ["a"]])
    #expect(
      answer.keys.verdicts == [
        0: .skip(rule: "noreply"),
        1: .fail(message: "a value of 1025 bytes is longer than the 1024 of a key"),
      ])
    #expect(try plugin.end() == 0)
  }

  @Test(
    "the separator is an option, an empty one is refused, and several matchers live side by side")
  func options() throws {
    let plugin = try started()
    #expect(
      try plugin.ask(Examples.make(["separator": .string("")], matcher: 1))
        == .error(
          PluginComplaint(
            message: "it is empty; give the text that ends the name", option: "separator")))
    guard case .made = try plugin.ask(Examples.make(["separator": .string("X.")], matcher: 2))
    else {
      Issue.record("no second matcher")
      return
    }
    for (matcher, key) in [UInt32(0): "ax.b", 2: "a"] {
      let question = Examples.question(
        ["AX.B@c"], column: "mail", side: .directory, matcher: matcher)
      #expect(try plugin.keys(question, names: ["mail"]).texts == [[key]])
    }
    #expect(try plugin.end() == 0)
  }

  @Test("a full batch is answered record by record")
  func fullBatch() throws {
    let plugin = try started()
    let values = (0..<RecordBatch.maximumCount).map { "user\($0)@acme.example" }
    let question = Examples.question(values, column: "mail", side: .directory)
    let answer = try plugin.keys(question, names: ["mail"])
    #expect(answer.texts == values.indices.map { ["user\($0)"] })
    #expect(try plugin.end() == 0)
  }

  @Test("several questions may be under way; the answers come in their order")
  func severalUnderWay() throws {
    let plugin = try started()
    for request in 1...5 {
      let question = Examples.question(
        ["user\(request)@acme.example"], column: "mail", side: .directory,
        request: UInt32(request))
      try plugin.send(question.frame(names: ["mail"]))
    }
    for request in 1...5 {
      let answer = try KeysFrame(plugin.frame().body)
      #expect(answer.request == UInt32(request))
      #expect(answer.texts == [["user\(request)"]])
    }
    #expect(try plugin.end() == 0)
  }

  @Test("a batch without records, and one without the column, is answered")
  func emptyBatches() throws {
    let plugin = try started()
    let none = Examples.question([], column: "mail", side: .directory)
    #expect(try plugin.keys(none, names: ["mail"]).texts == [])
    let other = Examples.question(["x"], column: "cn", side: .directory)
    #expect(try plugin.keys(other, names: ["mail"]).texts == [[]])
    #expect(try plugin.end() == 0)
  }
}
