import ArgumentParser
import Testing

@testable import tenantctl

@Suite("Help")
struct HelpTests {
  /// The program, its groups of commands, and their commands.
  static let commands: [any ParsableCommand.Type] = below(TenantCtl.self)

  private static func below(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    [command] + command.configuration.subcommands.flatMap { below($0) }
  }

  @Test("Every command says what it does, shows an example and names its exit codes")
  func complete() {
    #expect(Self.commands.count > 25)
    for command in Self.commands {
      let configuration = command.configuration
      #expect(!configuration.abstract.isEmpty, "\(command)")
      #expect(configuration.discussion.contains("tenantctl "), "\(command)")
      #expect(configuration.discussion.lowercased().contains("exit codes"), "\(command)")
    }
  }

  @Test("Every command's help fits 80 columns but for its usage line")
  func width() {
    for command in Self.commands {
      let lines = TenantCtl.helpMessage(for: command, columns: 80).split(separator: "\n")
      let long = lines.filter { $0.count > 80 && !$0.hasPrefix("USAGE") }
      #expect(long.isEmpty, "\(command): \(long)")
    }
  }

  @Test("The help's examples can be parsed", arguments: HelpExamples.all)
  func examples(example: [String]) throws {
    #expect(throws: Never.self) { try TenantCtl.parseAsRoot(example) }
  }
}

private enum HelpExamples {
  /// The words of each example, up to the first that the shell takes for itself.
  static let all: [[String]] = {
    let lines = HelpTests.commands.flatMap { $0.configuration.discussion.split(separator: "\n") }
    return lines.filter { $0.hasPrefix("  tenantctl ") }.map { line in
      line.matches(of: /'([^']*)'|"([^"]*)"|[^ ]+/).dropFirst()
        .map { String($0.1 ?? $0.2 ?? $0.0) }.prefix { ![">", "<", "|"].contains($0) }
    }.map(Array.init)
  }()
}
