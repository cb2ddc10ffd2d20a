package import Logging
package import PluginContract
package import TenantCore

/// Tries a plugin in a folder as `plugins check` does: its folder, its process, its manners.
package struct PluginTrial: Sendable {
  /// A contract version that no plugin knows.
  private static let unknownContract = ContractRange(oldest: 1_000_000, newest: 1_000_000)

  /// The plugin.
  package let plugin: InstalledPlugin
  private let builtIn: Set<String>
  private let limits: PluginLimits
  private let logger: Logger

  /// Takes a plugin's folder.
  ///
  /// - Parameter builtIn: the names of the plugins that are linked into the program.
  package init(
    folder: String, builtIn: Set<String> = [], limits: PluginLimits = PluginLimits(),
    logger: Logger
  ) {
    plugin = InstalledPlugin(folder: folder)
    self.builtIn = builtIn
    self.limits = limits
    self.logger = logger
  }

  /// A duty of a process, and what was done instead; nil if it is kept.
  package struct Verdict: Sendable {
    /// The duty, in a few words.
    package let duty: String
    /// What was done instead.
    package let problem: String?
    /// What helps, if the problem does not say it.
    package var remedy: Remedy?
  }

  /// What the folder and the process do. Where the folder is refused, nothing is started.
  package func verdicts() -> [Verdict] {
    let folder = verdict("lies in a safe folder, with a right manifest and hash") {
      _ = try plugin.program()
      guard !builtIn.contains(plugin.name) else {
        throw FrameError("'\(plugin.name)' is the name of a built-in plugin; choose another")
      }
    }
    guard folder.problem == nil else { return [folder] }
    let greeting = verdict("greets as its manifest says") { _ = try session() }
    // The rest would only say the same again.
    guard greeting.problem == nil else { return [folder, greeting] }
    return [
      folder, greeting,
      verdict("refuses a contract version that it does not know, and says which it speaks") {
        do {
          _ = try session(Self.unknownContract)
          throw FrameError("it agreed to version \(Self.unknownContract)")
        } catch let error as PluginError where error.code == .version {
          return
        }
      },
      verdict("ends by itself, with exit code 0, when its input ends") {
        let ending = try session().process.close()
        guard ending == .exited(code: 0) else { throw FrameError("it \(ending)") }
      },
    ]
  }

  /// The plugin as a matcher, each made in a process of its own; nil if it is none.
  package var matcher: MatcherPlugin? {
    plugin.manifest?.matcherDeclaration.map { declaration in
      MatcherPlugin(declaration) { try PluginRun.matcher(session(), $0) }
    }
  }

  /// The plugin as an exporter, each made in a process of its own; nil if it is none.
  package var exporter: ExporterPlugin? {
    plugin.manifest?.exporterDeclaration.map { declaration in
      ExporterPlugin(declaration) {
        OutsideExporter(session: try session(), limits: limits, window: 0)
      }
    }
  }

  private func session(_ contract: ContractRange = .present) throws -> PluginSession {
    let session = try PluginSession(
      plugin.program(), limits: limits, logger: logger, contract: contract)
    try session.waitForGreeting()
    return session
  }

  private func verdict(_ duty: String, _ body: () throws -> Void) -> Verdict {
    do {
      try body()
      return Verdict(duty: duty, problem: nil)
    } catch let error as PluginError {
      return Verdict(duty: duty, problem: error.message, remedy: error.remedy)
    } catch {
      return Verdict(duty: duty, problem: "\(error)")
    }
  }
}
