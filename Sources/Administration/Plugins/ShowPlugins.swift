internal import OperatingSystem
package import PluginContract
package import TenantCore

/// One plugin, with all that is told of it.
package struct PluginDetail: Sendable {
  /// What is known of a plugin of its kind.
  package enum Kind: Sendable {
    /// What can be said of a refused plugin is in ``PluginDetail/answer``.
    case refused
    /// The reading is nil for a matcher that combines others.
    case matcher(MatcherDeclaration, MatcherReads?)
    case exporter(ExporterDeclaration)
  }

  /// What a list says of it.
  package let answer: PluginAnswer
  /// What belongs to its kind.
  package let kind: Kind
  /// What keeps it apart from the rest of the machine, in words; empty for one that is linked in.
  package let isolation: [String]
}

/// What a matcher reads with its options' defaults.
package struct MatcherReads: Sendable {
  /// Attributes of the directory.
  package let attributes: [String]
  /// Fields of the tenant's user.
  package let fields: [String]
  /// The codes of its exact rules.
  package let codes: [String]

  /// Nil for a matcher that combines others. Waits for an outside plugin.
  init?(_ plugin: MatcherPlugin) throws {
    guard !plugin.declaration.takesStrategies else { return nil }
    let options = OptionValues(declared: plugin.declaration.options)
    let matcher = try plugin.make(
      MatcherContext(directories: [DirectoryIdentity(domain: "EXAMPLE")], options: options))
    attributes = matcher.attributes
    fields = matcher.fields.map(\.rawValue)
    codes = matcher.rules.filter { $0.strength == .exact }.map(\.code)
  }
}

extension PluginRegistry {
  /// All plugins, in the order of a list; the programs of outside ones are looked at too, as whoever
  /// starts them would.
  ///
  /// - Parameter phrase: says why a plugin is refused, and the remedy.
  package func descriptions(_ phrase: (Failure) -> String) -> [PluginAnswer] {
    matchers.map { PluginAnswer($0.declaration) }
      + exporters.map { PluginAnswer($0.declaration) }
      + host.plugins.map { plugin in
        do {
          return PluginAnswer(plugin, sha256: try host.checkProgram(of: plugin), refusal: nil)
        } catch {
          return PluginAnswer(plugin, sha256: nil, refusal: phrase(Failure(ofPlugin: error)))
        }
      }
  }

  /// One plugin by its name; a matcher that lies outside is started, to ask what it reads.
  ///
  /// - Parameter phrase: says why a plugin is refused, and the remedy.
  /// - Throws: ``TenantCore/Failure`` that lists the known names.
  package func detail(
    of name: String, _ phrase: (Failure) -> String
  ) async throws -> PluginDetail {
    let all = descriptions(phrase)
    guard let answer = all.first(where: { $0.name == name }) else {
      let known = all.map(\.name).joined(separator: ", ")
      throw Failure(.notAvailable, "there is no plugin '\(name)'; known: \(known)")
    }
    let isolation = answer.sha256 == nil ? [] : host.isolation
    return PluginDetail(answer: answer, kind: try await kind(of: answer), isolation: isolation)
  }

  private func kind(of plugin: PluginAnswer) async throws -> PluginDetail.Kind {
    guard plugin.refusal == nil else { return .refused }
    if let exporter = exporterDeclarations.first(where: { $0.name == plugin.name }) {
      return .exporter(exporter)
    }
    let run = host.begin(pins: [:])
    let matcher = try matcher(named: plugin.name, in: run)
    do {
      let reads = try await run.use { try await OwnThread.run { try MatcherReads(matcher) } }
      return .matcher(matcher.declaration, reads)
    } catch let error as OptionError {
      throw Failure(
        .internalFailure, "plugin '\(plugin.name)' refuses the default of its own \(error)")
    }
  }
}

extension Failure {
  /// What is wrong with a plugin whose name is said already.
  init(ofPlugin error: any Error) {
    self.init(error)
    if let problem = error as? any PluginProblem { message = problem.message }
  }
}
