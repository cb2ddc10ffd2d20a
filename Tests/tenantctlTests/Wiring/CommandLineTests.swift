import ArgumentParser
import Foundation
import Harness
import TenantCore
import Testing

@testable import tenantctl

@Suite("The command line says what it means")
struct CommandLineTests {
  @Test(
    "Global options may come before or after a command's own arguments",
    arguments: [
      ["--tenants", "X", "--quiet", "sync", "acme"],
      ["sync", "--tenants", "X", "acme", "--quiet"],
      ["--quiet", "sync", "acme", "--tenants=X"],
      ["--tenants=X", "sync", "--quiet", "acme"],
    ])
  func bothPlaces(words: [String]) throws {
    let sync = try #require(TenantCtl.parseAsRoot(words) as? Sync)
    #expect(sync.global.tenantsFolder == "X")
    #expect(sync.global.quiet)
    #expect(sync.selection.tenants == ["acme"])
  }

  @Test(
    "They may stand before, within and after the words of a group, too",
    arguments: [
      ["--state", "S", "users", "list", "acme"], ["users", "--state", "S", "list", "acme"],
      ["users", "list", "--state=S", "acme"], ["users", "list", "acme", "--state", "S"],
    ])
  func groups(words: [String]) throws {
    let list = try #require(TenantCtl.parseAsRoot(words) as? UsersList)
    #expect(list.global.stateFolder == "S")
    #expect(list.tenant == "acme")
  }

  @Test(
    "Every command takes every global option, before and after its own words",
    arguments: try Self.commands())
  func everyCommand(command: DumpedCommand) throws {
    let words = command.path + Self.words(of: command)
    let own = try parsed(words)
    let global = command.arguments.filter { $0.section == Self.title }
    #expect(Set(global.map(\.name)) == Self.flags.union(Self.values.keys))
    for option in global {
      let value = option.isFlag ? [] : try #require(Self.values[option.name], "\(option.name)")
      let given = ["--\(option.name)"] + value
      let (before, after) = (try parsed(given + words), try parsed(words + given))
      #expect(before == after)
      #expect(before != own)
    }
  }

  /// A command with all its values.
  private func parsed(_ words: [String]) throws -> String {
    String(describing: try TenantCtl.parseAsRoot(words))
  }

  private static let title = "Global options"

  private static func commands() throws -> [DumpedCommand] {
    try DumpedCommand.all(of: Data(TenantCtl._dumpHelp().utf8)).filter { $0.path != ["help"] }
  }

  /// Words with which a command can be parsed: one for each that has no name, and what must be named.
  private static func words(of command: DumpedCommand) -> [String] {
    let needed = command.arguments.filter { $0.isPositional || !$0.isOptional && !$0.isFlag }
    return needed.flatMap { argument in
      if argument.name == "tenant-and-name" { return ["x", "y"] }
      return (argument.isPositional ? [] : ["--\(argument.name)"]) + [
        argument.values.first ?? plain[argument.name] ?? "x"
      ]
    } + (more[command.path] ?? [])
  }

  /// Where any word will not do.
  private static let plain = ["number": "1", "from": "sqlite:here", "to": "sqlite:there"]

  /// What a command needs beside them.
  private static let more = [
    ["users", "edit"]: ["--email", "x"], ["reviews", "decide"]: ["--confirmed"],
  ]

  private static let flags: Set = ["no-color", "quiet"]
  /// A value for each global option that takes one, other than the default, and what the option needs.
  private static let values = [
    "tenants": ["X"], "state": ["X"], "plugins": ["/"], "plugin-timeout": ["5"],
    "log-level": ["debug"], "store": ["sqlite:X"],
    "store-password-file": ["X", "--store", "postgresql:///x"],
  ]

  @Test("review --row-state is a row's state, several times; --state is the folder of stores")
  func rowState() throws {
    let words = ["review", "acme", "--row-state", "linked", "--row-state=source-deleted"]
    let review = try #require(TenantCtl.parseAsRoot(words + ["--state", "here"]) as? Review)
    #expect(review.rowStates.map(\.rawValue) == ["linked", "source-deleted"])
    #expect(review.global.stateFolder == "here")
  }

  @Test(
    "--state with the name of a row's state is refused with what to write (64)",
    arguments: RowStateName.allValueStrings)
  func formerRowState(state: String) throws {
    for words in [
      ["review", "acme", "--state", state], ["review", "acme", "--state=\(state)"],
      ["review", "acme", "--state", state, "--state", "/tmp"], ["--state", state, "sync", "acme"],
    ] {
      let error = try #require(throws: (any Error).self) { try TenantCtl.parseAsRoot(words) }
      #expect(TenantCtl.exitCode(for: error).rawValue == 64)
      let message = TenantCtl.message(for: error)
      #expect(message.contains("there is no folder of that name"))
      #expect(message.contains("use --row-state \(state), for a new folder --state ./\(state)"))
    }
    #expect(!FileManager.default.fileExists(atPath: state))
    let review = try TenantCtl.parseAsRoot(["review", "acme", "--state", "./\(state)"])
    #expect((review as? Review)?.global.stateFolder == "./\(state)")
  }

  @Test("--state with the name of a row's state is a folder if there is one")
  func folderOfThatName() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("linked")
    #expect(try GlobalOptions.parse(["--state", path]).stateFolder == path)
  }

  @Test(
    "What cannot be meant is a usage error (64)",
    arguments: [
      ["sync"], ["sync", "acme", "--all"], ["sync", "acme", "--jobs", "0"],
      ["sync", "acme", "--jobs", "65"], ["nonsense"], ["review", "acme", "--nonsense"],
      ["review", "acme", "--row-state", "nonsense"], ["review", "acme", "--filter", "some"],
      ["review", "acme", "--limit", "-1"], ["review", "acme", "--enabled", "--disabled"],
      ["unlink", "acme"], ["link", "acme", "jdoe"], ["users", "edit", "acme", "jdoe"],
      ["unlink", "acme", "jdoe", "--from", "x"], ["relink", "acme", "--user", "a", "--from", "-"],
      ["sync", "acme", "--log-level", "loud"], ["history", "acme", "--limit", "x"],
    ])
  func usage(words: [String]) throws {
    let error = #expect(throws: (any Error).self) { try TenantCtl.parseAsRoot(words) }
    #expect(TenantCtl.exitCode(for: try #require(error)).rawValue == 64)
  }

  @Test("An unknown state of rows is answered with the known ones")
  func unknownRowState() throws {
    let words = ["review", "acme", "--row-state", "nonsense"]
    let error = try #require(throws: (any Error).self) { try TenantCtl.parseAsRoot(words) }
    let message = TenantCtl.message(for: error)
    for state in RowState.allCases { #expect(message.contains(state.rawValue)) }
    for state in VanishedLinkState.allCases { #expect(message.contains(state.rawValue)) }
  }

  @Test("The completion scripts know the states of rows", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) throws {
    let script = TenantCtl.completionScript(for: try #require(CompletionShell(rawValue: shell)))
    #expect(script.contains("row-state"))
    for state in RowStateName.allValueStrings { #expect(script.contains(state), "\(state)") }
  }

  @Test(
    "JSON is asked for even in arguments that cannot be parsed",
    arguments: [
      (["review", "acme", "--output", "json"], true), (["review", "--output=json", "--x"], true),
      (["review", "acme", "--output", "table"], false), (["export", "--output", "x.json"], false),
    ])
  func wantsJSON(words: [String], expected: Bool) {
    #expect(Outcome.wantsJSON(words) == expected)
  }
}
