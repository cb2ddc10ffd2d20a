package import Foundation

/// A command of a program, as the program's `--experimental-dump-help` tells of it.
package struct DumpedCommand: Sendable, CustomStringConvertible {
  /// An option, a flag, or a word without a name.
  package struct Argument: Sendable, Decodable {
    private struct Name: Decodable {
      var name: String
    }

    package var isPositional: Bool
    package var isFlag: Bool
    package var isOptional: Bool
    /// How it is written, without hyphens; the value's name if it has none of its own.
    package var name: String
    /// The title of its section in the help.
    package var section: String?
    /// The values that it takes, if they are listed.
    package var values: [String]

    private enum CodingKeys: String, CodingKey {
      case kind, isOptional, preferredName, valueName, sectionTitle, allValues
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let kind = try container.decode(String.self, forKey: .kind)
      isPositional = kind == "positional"
      isFlag = kind == "flag"
      isOptional = try container.decode(Bool.self, forKey: .isOptional)
      name =
        try container.decodeIfPresent(Name.self, forKey: .preferredName)?.name
        ?? container.decodeIfPresent(String.self, forKey: .valueName) ?? ""
      section = try container.decodeIfPresent(String.self, forKey: .sectionTitle)
      values = try container.decodeIfPresent([String].self, forKey: .allValues) ?? []
    }
  }

  private struct Program: Decodable {
    var command: Node
  }

  private struct Node: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Node]?

    func leaves(_ path: [String]) -> [DumpedCommand] {
      guard let subcommands else {
        return [DumpedCommand(path: path, arguments: arguments ?? [])]
      }
      return subcommands.flatMap { $0.leaves(path + [$0.commandName]) }
    }
  }

  /// The command's words, without the program's name.
  package let path: [String]
  /// What it takes, in the order of its declaration.
  package let arguments: [Argument]

  package var description: String { path.joined(separator: " ") }

  /// The commands that do something: groups of commands are left out.
  package static func all(of dump: Data) throws -> [DumpedCommand] {
    try JSONDecoder().decode(Program.self, from: dump).command.leaves([])
  }
}
