internal import ArgumentParser
internal import PluginContract

/// `tenantctl plugins show`.
struct PluginsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Describe one matcher or exporter and its options.",
    discussion: """
      Example:
        tenantctl plugins show smtp

      Exit codes: 0 done, 66 no such plugin.
      """)

  @Argument(help: "The plugin's name.") var name: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() throws {
    if let matcher = BuiltInPlugins.matchers.first(where: { $0.declaration.name == name }) {
      try StandardStreams.write(text(matcher.declaration))
    } else if let exporter = BuiltInPlugins.exporters.first(where: { $0.declaration.name == name })
    {
      try StandardStreams.write(text(exporter.declaration))
    } else {
      let known =
        BuiltInPlugins.matchers.map(\.declaration.name)
        + BuiltInPlugins.exporters.map(\.declaration.name)
      throw CommandFailure(
        .notAvailable, "there is no plugin '\(name)'; known: \(known.joined(separator: ", "))")
    }
  }

  private func text(_ declaration: MatcherDeclaration) -> String {
    let head = "\(declaration.name) \(declaration.version), a matcher: \(declaration.summary)\n"
    if declaration.takesStrategies { return head + "  combines others: strategies, mode\n" }
    guard !declaration.options.isEmpty else { return head + "  takes no options\n" }
    return head
      + declaration.options.map { option in
        "  \(option.name) (\(words(option.type)), default \(words(option.standard))): "
          + "\(option.summary)\n"
      }.joined()
  }

  private func text(_ declaration: ExporterDeclaration) -> String {
    "\(declaration.name) \(declaration.version), an exporter: \(declaration.summary)\n"
      + "  .\(declaration.fileExtension), \(declaration.mediaType)\n"
      + "  columns: \(declaration.columns.map(\.rawValue).joined(separator: ", "))\n"
  }

  private func words(_ type: OptionType) -> String {
    switch type {
    case .boolean: "true or false"
    case .integer: "number"
    case .string: "text"
    case .choice(let words): words.joined(separator: ", ")
    }
  }

  private func words(_ value: OptionValue) -> String {
    switch value {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .string(let value): value
    }
  }
}
