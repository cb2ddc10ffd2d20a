import PluginContract

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
