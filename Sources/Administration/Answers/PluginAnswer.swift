internal import PluginContract

/// What is told of a plugin, built-in and outside alike.
package struct PluginAnswer: Encodable, Sendable {
  package let name: String
  /// `matcher` or `exporter`; nil if its manifest could not be read.
  package let kind: String?
  package let version: String?
  /// `built in`, or the folder.
  package let origin: String
  package let author: String?
  package let sha256: String?
  /// `ready` or `refused`.
  package let state: String
  /// Why it is refused.
  package let refusal: String?
  package let summary: String?
  package let contract: Int?
  /// Folders beyond the usual ones that the program reads.
  package let reads: [String]

  /// Tells of a matcher that is linked in.
  init(_ declaration: MatcherDeclaration) {
    self.init(matcher: declaration, exporter: nil)
  }

  /// Tells of an exporter that is linked in.
  init(_ declaration: ExporterDeclaration) {
    self.init(matcher: nil, exporter: declaration)
  }

  /// Tells of an outside plugin.
  ///
  /// - Parameters:
  ///   - sha256: of its program; nil if it is refused.
  ///   - refusal: why it is refused; nil if it is of use.
  init(_ plugin: OutsidePlugin, sha256: String?, refusal: String?) {
    self.init(
      matcher: plugin.matcher, exporter: plugin.exporter, outside: plugin, sha256: sha256,
      refusal: refusal)
  }

  private init(
    matcher: MatcherDeclaration?, exporter: ExporterDeclaration?, outside: OutsidePlugin? = nil,
    sha256: String? = nil, refusal: String? = nil
  ) {
    name = outside?.name ?? matcher?.name ?? exporter?.name ?? ""
    kind = matcher.map { _ in "matcher" } ?? exporter.map { _ in "exporter" }
    version = matcher?.version ?? exporter?.version
    origin = outside?.folder ?? "built in"
    author = outside?.author
    self.sha256 = sha256
    state = refusal == nil ? "ready" : "refused"
    self.refusal = refusal
    summary = matcher?.summary ?? exporter?.summary
    contract = matcher?.contractVersion ?? exporter?.contractVersion
    reads = outside?.reads ?? []
  }
}
