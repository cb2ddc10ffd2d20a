import PluginContract
import YAMLFiles

/// What the readings of a tenant file know beyond the file.
struct TenantFacts: Sendable {
  /// The matchers that a file may name.
  var matchers: [MatcherDeclaration] = []
  /// True if secret files are looked at (A4).
  var checksSecretFiles = false
}

extension ReadingContext {
  /// The facts that ``TenantFileReader`` gave.
  var tenantFacts: TenantFacts { facts as? TenantFacts ?? TenantFacts() }
}

extension FileKind {
  /// A tenant file.
  static let tenant = FileKind(
    name: "tenant file", folderName: "folder of tenant files",
    needs: "at least the keys 'version' and 'tenant'",
    remedyIfLarge: "split it into several tenants")
}
