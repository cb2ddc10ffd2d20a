package import PluginContract

/// What a plugin's `manifest.yaml` says (plugins.md, section 4); every field is read and checked.
package struct PluginManifest: Sendable, Equatable {
  /// What a plugin is for.
  package enum Kind: Sendable, Equatable {
    case matcher
    case exporter(ExporterTraits)
  }

  /// What only an exporter says.
  package struct ExporterTraits: Sendable, Equatable {
    /// The extension of its files, without a dot.
    package let fileExtension: String
    /// The media type of its files.
    package let mediaType: String
    /// True if it can begin before all rows are known.
    package let streams: Bool
    /// The columns that it writes unless others are asked for.
    package let columns: [RowColumn]
  }

  /// The name, which is the folder's too: a tenant file or `--format` names it.
  package let name: String
  /// Matcher or exporter.
  package let kind: Kind
  /// The plugin's own version.
  package let version: String
  /// The version of the contract that it was written for.
  package let contract: Int
  /// The program's file name in the folder.
  package let program: String
  /// The words that the program is started with, its name left out.
  package let arguments: [String]
  /// The program's SHA-256, 64 lower case hexadecimal digits.
  package let sha256: String
  /// Who wrote it.
  package let author: String
  /// One line: what it does.
  package let summary: String
  /// The options that it takes.
  package let options: [OptionDeclaration]
  /// Folders beyond the usual ones that the program must read, such as a language's runtime.
  package let reads: [String]

  /// What a matcher says of itself; nil for an exporter.
  package var matcherDeclaration: MatcherDeclaration? {
    guard kind == .matcher else { return nil }
    return MatcherDeclaration(
      name: name, version: version, contractVersion: contract, summary: summary, options: options)
  }

  /// What an exporter says of itself; nil for a matcher.
  package var exporterDeclaration: ExporterDeclaration? {
    guard case .exporter(let traits) = kind else { return nil }
    return ExporterDeclaration(
      name: name, version: version, contractVersion: contract, summary: summary,
      fileExtension: traits.fileExtension, mediaType: traits.mediaType, streams: traits.streams,
      columns: traits.columns, options: options)
  }
}
