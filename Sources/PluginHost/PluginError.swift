package import TenantCore

/// Why an outside plugin is not used, or stopped being of use (exit code 70).
///
/// A plugin that fails is never skipped in silence: a missing matcher means wrong links.
package struct PluginError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of an error; more may be added.
  package struct Code: Sendable, Hashable {
    /// The stable name.
    package let name: String

    /// It was not started: its folder, manifest, program or hash is not as it must be.
    package static let refused = Code(name: "refused")
    /// It does not speak the contract version of this program.
    package static let version = Code(name: "version")
    /// It ended, hung, or did what the contract forbids.
    package static let failed = Code(name: "failed")
  }

  /// The kind.
  package let code: Code
  /// The plugin's name, or its folder where it has none.
  package let plugin: String
  /// What is wrong, and the remedy.
  package let message: String
  /// What helps, if the message does not say it.
  package let remedy: Remedy?

  /// Makes an error.
  package init(_ code: Code, plugin: String, _ message: String, remedy: Remedy? = nil) {
    self.code = code
    self.plugin = plugin
    self.message = message
    self.remedy = remedy
  }

  /// `plugin 'mail-name': message`.
  package var description: String { "plugin '\(plugin)': \(message)" }
}

extension PluginError: ClassifiedError {
  package var failure: Failure { Failure(.internalFailure, description, remedy: remedy) }
}
