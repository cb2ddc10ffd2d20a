package import PluginContract
package import TenantCore

/// An outside plugin that lies in one of the places, in use or refused.
package struct OutsidePlugin: Sendable {
  /// The folder's name, which is the plugin's.
  package let name: String
  /// The folder.
  package let folder: String
  /// What a matcher says of itself; nil for an exporter, and if nothing could be read.
  package let matcher: MatcherDeclaration?
  /// What an exporter says of itself; nil for a matcher, and if nothing could be read.
  package let exporter: ExporterDeclaration?
  /// Who wrote it.
  package let author: String?
  /// Folders beyond the usual ones that the program reads.
  package let reads: [String]
  /// Why it is not used, before its program was looked at; nil if nothing speaks against it.
  package let refusal: String?
  /// False for a folder whose name no plugin can have.
  package let hasPlainName: Bool

  /// Makes a description.
  package init(
    name: String, folder: String, matcher: MatcherDeclaration?, exporter: ExporterDeclaration?,
    author: String?, reads: [String], refusal: String?, hasPlainName: Bool
  ) {
    self.name = name
    self.folder = folder
    self.matcher = matcher
    self.exporter = exporter
    self.author = author
    self.reads = reads
    self.refusal = refusal
    self.hasPlainName = hasPlainName
  }
}

/// Why an outside plugin is not used, or stopped being of use.
package protocol PluginProblem: ClassifiedError, Sendable {
  /// The plugin's name, or its folder where it has none.
  var plugin: String { get }
  /// What is wrong, without the plugin's name.
  var message: String { get }
  /// What helps, if the message does not say it.
  var remedy: Remedy? { get }
}

/// The outside plugins of an installation.
package protocol PluginHosting: Sendable {
  /// All of them, by name; two of one name are both refused.
  var plugins: [OutsidePlugin] { get }
  /// What keeps a plugin apart on this machine, in words.
  var isolation: [String] { get }

  /// Opens and checks a plugin's program, as whoever starts it would.
  ///
  /// - Returns: its SHA-256.
  /// - Throws: a ``PluginProblem``.
  func checkProgram(of plugin: OutsidePlugin) throws -> String

  /// The outside plugins for one piece of work; nothing is started yet.
  ///
  /// - Parameter pins: the SHA-256 that a tenant file demands, by the plugin's name.
  func begin(pins: [String: String]) -> any PluginRunning

  /// Tries the plugin in a folder; nil if there is no such folder.
  func trial(folder: String) -> (any PluginTrying)?

  /// Writes a program's SHA-256 into its plugin's manifest; nil if there is no such folder.
  ///
  /// - Throws: a ``PluginProblem`` if the rest of the manifest or the program is not in order.
  func seal(folder: String) throws -> SealedPlugin?
}

/// Outside plugins while they are in use: a process for each, started when it is first wanted.
///
/// Starting and asking wait for the plugin: to be used on a thread that may wait.
package protocol PluginRunning: Sendable {
  /// Does work that may use plugins; after it their processes are gone.
  func use<Value>(_ work: () async throws -> Value) async throws -> Value

  /// A matcher that a plugin's process makes.
  func matcher(_ plugin: OutsidePlugin, _ context: MatcherContext) throws -> any Matcher

  /// An exporter that a plugin's process is, for one file.
  func exporter(_ plugin: OutsidePlugin) throws -> any Exporter
}

/// The plugin in a folder, tried with nobody's data.
package protocol PluginTrying: Sendable {
  /// The plugin's name.
  var name: String { get }
  /// The plugin as a matcher, each made in a process of its own; nil if it is none.
  var matcher: MatcherPlugin? { get }
  /// The plugin as an exporter, each made in a process of its own; nil if it is none.
  var exporter: ExporterPlugin? { get }

  /// What the folder and the process do; waits for the plugin. The first two duties are those
  /// without which there is nothing more to ask.
  func duties() -> [PluginDuty]
}

/// A duty of a plugin's folder or process.
package struct PluginDuty: Sendable {
  /// The duty, in a few words.
  package let name: String
  /// What was done instead; nil if it is kept.
  package let problem: Failure?

  /// Makes a verdict.
  package init(_ name: String, problem: Failure?) {
    self.name = name
    self.problem = problem
  }
}

/// A plugin whose manifest has its program's hash.
package struct SealedPlugin: Sendable {
  /// The program's SHA-256.
  package let sha256: String
  /// Why the plugin is still refused, as where others may write it; nil if it is of use.
  package let problem: Failure?

  /// Makes an answer.
  package init(sha256: String, problem: Failure?) {
    self.sha256 = sha256
    self.problem = problem
  }
}
