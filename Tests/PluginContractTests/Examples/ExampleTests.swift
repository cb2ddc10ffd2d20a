import Foundation
import Testing

@testable import PluginContract

/// What holds for every example, in whatever language.
@Suite("The example plugins", .timeLimit(.minutes(10)))
struct ExampleTests {
  static let programs = [
    Examples.file("mail-name", "mail-name"), Examples.file("markdown", "markdown"),
    Examples.staffNumber,
  ]
  static let inPython = ["mail-name", "markdown"]

  @Test(
    "a host of a contract that is not spoken is refused, and the program ends with 0",
    arguments: programs)
  func refusal(program: URL) throws {
    let plugin = try PluginConversation(program)
    let strange = HostHello(contract: ContractRange(oldest: 99, newest: 99))
    #expect(
      try plugin.ask(.hello(strange))
        == .refuse(PluginRefusal(contract: ContractRange(oldest: 1, newest: 1))))
    #expect(try plugin.end() == 0)
  }

  @Test("a host that speaks later versions too is greeted", arguments: programs)
  func laterHost(program: URL) throws {
    let plugin = try PluginConversation(program)
    let later = HostHello(contract: ContractRange(oldest: 1, newest: 2), features: ["more"])
    guard case .hello(let hello) = try plugin.ask(.hello(later)) else {
      Issue.record("no greeting")
      return
    }
    #expect(hello.contract == 1)
    #expect(try plugin.end() == 0)
  }

  @Test("the end of the input ends the program with 0, even before a word", arguments: programs)
  func endOfInput(program: URL) throws {
    #expect(try PluginConversation(program).end() == 0)
  }

  @Test("an input that ends in the middle of a frame is an error", arguments: programs)
  func brokenInput(program: URL) throws {
    for cut in [3, 8, 20] {
      let plugin = try PluginConversation(program, complains: true)
      let frame = try ControlFrame.encode(HostMessage.hello(HostHello()))
      try plugin.send(bytes: Array(frame.bytes.prefix(cut)))
      #expect(try plugin.end() == 1)
    }
  }

  @Test("a manifest's sha256 is its program's", arguments: inPython)
  func hash(example: String) throws {
    let manifest = try Examples.manifest(example)
    let program = Examples.file(example, try #require(manifest["program"]))
    let printed = try Examples.output(of: URL(filePath: "/usr/bin/sha256sum"), program.path)
    #expect(manifest["sha256"] == printed.split(separator: " ").first.map(String.init))
  }

  @Test("a manifest names its folder, and its program may be run", arguments: inPython)
  func manifest(example: String) throws {
    let manifest = try Examples.manifest(example)
    let program = Examples.file(example, try #require(manifest["program"]))
    #expect(manifest["name"] == example)
    #expect(FileManager.default.isExecutableFile(atPath: program.path))
    #expect(try Examples.text(example, program.lastPathComponent).hasPrefix("#!/usr/bin/python3"))
  }

  @Test("the name stands once in a program, so that it is easily replaced", arguments: inPython)
  func nameStandsOnce(example: String) throws {
    let program = try Examples.text(example, example)
    #expect(program.split(separator: "\n").filter { $0.contains("\"\(example)\"") }.count == 1)
  }

  @Test("the part that speaks in frames is the same in all programs in Python")
  func sameFrames() throws {
    let parts = try Set(
      Self.inPython.map { example in
        let program = try Examples.text(example, example)
        let start = try #require(program.range(of: "- Frames\n"))
        return String(program[start.upperBound...])
      })
    #expect(parts.count == 1)
  }
}
