internal import Administration
internal import PluginContract
internal import TenantCore

/// The text of `plugins show`.
struct PluginPage {
  private var lines: [String] = []

  /// The page, foreign text made harmless.
  var text: String { lines.map { DisplayText.safe($0) + "\n" }.joined() }

  init(_ plugin: PluginDetail) {
    add(plugin.answer, plugin.isolation)
    switch plugin.kind {
    case .refused: break
    case .matcher(let declaration, let reads): add(declaration, reads)
    case .exporter(let declaration): add(declaration)
    }
  }

  private mutating func add(_ facts: PluginAnswer, _ isolation: [String]) {
    let kind = facts.kind.map { " \(facts.version ?? ""), \($0 == "exporter" ? "an" : "a") \($0)" }
    lines.append("\(facts.name)\(kind ?? ""): \(facts.summary ?? "its manifest cannot be read")")
    add("origin", facts.origin + (facts.author.map { ", by \($0)" } ?? ""))
    facts.contract.map { add("contract", "version \($0)") }
    facts.sha256.map { add("SHA-256", $0) }
    add("state", facts.state)
    if !facts.reads.isEmpty {
      add("files", "may read " + facts.reads.joined(separator: ", ") + " too")
    }
    add("isolation", list(isolation))
  }

  /// - Parameter reads: nil for a matcher that combines others.
  private mutating func add(_ declaration: MatcherDeclaration, _ reads: MatcherReads?) {
    if let reads {
      add("reads", "\(list(reads.attributes)); of the user: \(list(reads.fields))")
      add("reasons", list(reads.codes))
    } else {
      add("combines", "other matchers, in the mode 'first' or 'all'")
    }
    add(declaration.options)
    lines += ["sample, in a tenant file", "  matching:", "    matcher: \(declaration.name)"]
    if declaration.takesStrategies {
      lines += ["    mode: first", "    strategies:", "      - matcher: login"]
      lines += ["      - matcher: smtp"]
    }
    if let options = OptionWording.sample(declaration.options) {
      lines.append("    options: \(options)")
    }
  }

  private mutating func add(_ declaration: ExporterDeclaration) {
    add("writes", ".\(declaration.fileExtension), \(declaration.mediaType)")
    add("columns", list(declaration.columns.map(\.rawValue)))
    add(
      "others",
      list(RowColumn.allCases.filter { !declaration.columns.contains($0) }.map(\.rawValue)))
    add(declaration.options)
    let options = declaration.options.prefix(1).map {
      " --option '\($0.name)=\(OptionWording.plain($0.standard))'"
    }
    lines += [
      "sample",
      "  tenantctl export acme --format \(declaration.name)\(options.joined()) "
        + "--output acme.\(declaration.fileExtension)",
    ]
  }

  private mutating func add(_ options: [OptionDeclaration]) {
    lines.append(options.isEmpty ? "takes no options" : "options")
    lines += options.map { "  \(OptionWording.line($0))" }
  }

  private mutating func add(_ title: String, _ text: String) {
    guard !text.isEmpty else { return }
    lines.append("  \(title)\(String(repeating: " ", count: 11 - title.count))\(text)")
  }

  private func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
