/// The `manifest.yaml` of a plugin program, as its declaration has it.
struct ManifestText {
  let name: String
  private let lines: [String]
  private let options: [OptionDeclaration]

  init(_ declaration: MatcherDeclaration, author: String) {
    name = declaration.name
    options = declaration.options
    lines = [
      "name: \(declaration.name)", "kind: matcher", "version: \(Self.quoted(declaration.version))",
      "contract: \(declaration.contractVersion)", "author: \(Self.quoted(author))",
      "summary: \(Self.quoted(declaration.summary))",
    ]
  }

  init(_ declaration: ExporterDeclaration, author: String) {
    name = declaration.name
    options = declaration.options
    lines = [
      "name: \(declaration.name)", "kind: exporter", "version: \(Self.quoted(declaration.version))",
      "contract: \(declaration.contractVersion)", "author: \(Self.quoted(author))",
      "summary: \(Self.quoted(declaration.summary))",
      "fileExtension: \(Self.quoted(declaration.fileExtension))",
      "mediaType: \(Self.quoted(declaration.mediaType))", "streams: \(declaration.streams)",
      "columns: [\(declaration.columns.map(\.rawValue).joined(separator: ", "))]",
    ]
  }

  /// The file without `sha256`, which `tenantctl plugins seal` adds.
  func text(program: String) -> String {
    var text = ["manifest: 1"] + lines + ["program: \(Self.quoted(program))"]
    if !options.isEmpty { text.append("options:") }
    for option in options {
      var words = ""
      if let choice = option.type.words {
        words = ", words: [\(choice.map(Self.quoted).joined(separator: ", "))]"
      }
      text.append(
        "  \(option.name): { type: \(option.type.name.rawValue)\(words), "
          + "default: \(Self.word(option.standard)), summary: \(Self.quoted(option.summary)) }")
    }
    return text.joined(separator: "\n")
  }

  private static func word(_ value: OptionValue) -> String {
    switch value {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .string(let value): quoted(value)
    }
  }

  /// A text in YAML's double quotes.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}":
        quoted += "\\x" + Hex.text(of: scalar.value, width: 2)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
