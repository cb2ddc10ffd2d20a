import LoginMatcher
import PluginContract

/// The matcher `login` as an outside plugin, to time the one against the other.
@main
struct Program {
  static func main() {
    PluginProgram.run(
      MatcherPlugin(
        MatcherDeclaration(
          name: "outside-login", version: loginMatcher.declaration.version,
          summary: loginMatcher.declaration.summary),
        make: loginMatcher.make))
  }
}
