import OperatingSystem
import PluginContract
import YAMLFiles

/// What the readings of a tenant file know beyond the file.
struct TenantFacts: Sendable {
  /// The matchers that a file may name.
  var matchers: [MatcherDeclaration] = []
  /// Names of further matchers, which are installed but refused.
  var refusedMatchers: Set<String> = []
  /// True if secret files are looked at (A4).
  var checksSecretFiles = false

  /// The matcher of a name, as far as it is known.
  func matcher(named name: String) -> NamedMatcher? {
    if let matcher = matchers.first(where: { $0.name == name }) { return .declared(matcher) }
    return refusedMatchers.contains(name) ? .refused(name) : nil
  }
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

/// A matcher that a file names.
enum NamedMatcher: Sendable {
  case declared(MatcherDeclaration)
  /// It is installed, and what it takes cannot be known; whoever starts it says why.
  case refused(String)

  var name: String {
    switch self {
    case .declared(let matcher): matcher.name
    case .refused(let name): name
    }
  }

  /// True if it is known to combine other matchers.
  var combinesOthers: Bool {
    if case .declared(let matcher) = self { matcher.takesStrategies } else { false }
  }
}
