internal import Administration
internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import OperatingSystem
internal import PluginContract
internal import TenantCore
internal import YAMLFiles

/// `tenantctl plugins new`.
struct PluginsNew: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Create a working plugin, to change into your own.",
    discussion: """
      Creates a folder with the program, its manifest and a README.md, which 'plugins check' \
      accepts as it is. A plugin in Swift is built at once, which takes a minute or two.

      Examples:
        tenantctl plugins new mail-name --kind matcher --language python
        tenantctl plugins new login-list --kind exporter --language swift

      Exit codes: 0 done, 64 usage, 70 the program could not be built, 74 the folder could not be \
      written.
      """)

  @Argument(help: "The plugin's name: lower case letters, digits and hyphens.") var name: String

  @Option(help: ArgumentHelp("matcher or exporter.", valueName: "kind")) var kind: NewPluginKind
  @Option(help: ArgumentHelp("python or swift.", valueName: "language")) var language: NewLanguage

  @Option(
    help: ArgumentHelp(
      "The folder to create the plugin's folder in; created if it is missing.", valueName: "dir"))
  var into = "."

  @Option(
    help: ArgumentHelp(
      """
      Swift only: the folder of tenantctl's sources, whose PluginContract the plugin is built with \
      (default: the one that this program was built from).
      """, valueName: "dir"))
  var sources: String?

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws {
    if let complaint = PlainName.complaint(about: name) {
      throw ValidationError("'\(name)' cannot be a plugin's name: it \(complaint)")
    }
    guard !global.plugins.builtInNames.contains(name) else {
      throw ValidationError("'\(name)' is the name of a built-in plugin; choose another")
    }
  }

  func run() async throws {
    let folder = URL(filePath: into).appending(path: name)
    let template = PluginTemplate(name: name, kind: kind)
    let files =
      try language == .python ? template.python() : template.swift(sources: foundSources())
    try NewFolder(folder).write(files)
    if language == .swift { try await Self.build(folder) }
    _ = try global.plugins.seal(folder: folder.path)
    let path = FileSafety.shellWord(folder.path)
    let parent = FileSafety.shellWord(folder.deletingLastPathComponent().path)
    try StandardStreams.write(
      """
      \(folder.path) is a working plugin. Next:
        tenantctl plugins check \(path)
        change it, then: \(language == .python ? "tenantctl plugins seal \(path)" : "\(path)/build")
        tenantctl --plugins \(parent) plugins show \(name)

      """)
  }

  /// The sources that a Swift plugin is built with.
  private func foundSources() throws -> String {
    let own = URL(filePath: #filePath).pathComponents.dropLast(5).joined(separator: "/").dropFirst()
    let path = URL(filePath: sources ?? String(own)).path
    guard FileManager.default.fileExists(atPath: "\(path)/Package.swift") else {
      throw ValidationError(
        "a plugin in Swift is built with tenantctl's sources, and '\(path)' has none; name their "
          + "folder with --sources")
    }
    return path
  }

  /// Runs the folder's own build script; what it prints is a note, not the answer.
  private static func build(_ folder: URL) async throws {
    var program = ChildProgram(
      path: folder.appending(path: "build").path,
      environment: .inherited(changing: ["TENANTCTL": "/proc/\(getpid())/exe"]), timeLimit: nil)
    program.folder = folder.path
    guard try await program.run(output: .standardError, errors: .standardError) == .exit(0) else {
      throw Failure(
        .internalFailure,
        "the program could not be built (see above); fix it and run \(folder.path)/build")
    }
  }
}

/// What is made.
enum NewPluginKind: String, ExpressibleByArgument, CaseIterable, Sendable {
  case matcher, exporter
}

/// The language that it is written in.
enum NewLanguage: String, ExpressibleByArgument, CaseIterable, Sendable {
  case python, swift
}
