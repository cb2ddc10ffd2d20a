/// Why an outside plugin is not used, or stopped being of use (exit code 70).
///
/// A plugin that fails is never skipped in silence: a missing matcher means wrong links.
public struct PluginError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of an error; more may be added.
  public struct Code: Sendable, Hashable {
    /// The stable name.
    public let name: String

    /// It was not started: its folder, manifest, program or hash is not as it must be.
    public static let refused = Code(name: "refused")
    /// It does not speak the contract version of this program.
    public static let version = Code(name: "version")
    /// It ended, hung, or did what the contract forbids.
    public static let failed = Code(name: "failed")
  }

  /// The kind.
  public let code: Code
  /// The plugin's name, or its folder where it has none.
  public let plugin: String
  /// What is wrong, and the remedy.
  public let message: String
  /// Where more is to be learned; empty if the message says all.
  public let hint: String

  /// Makes an error.
  public init(_ code: Code, plugin: String, _ message: String, hint: String = "") {
    self.code = code
    self.plugin = plugin
    self.message = message
    self.hint = hint
  }

  /// `plugin 'mail-name': message`, and the hint.
  public var description: String {
    "plugin '\(plugin)': \(message)" + (hint.isEmpty ? "" : ". \(hint)")
  }
}
