import Foundation

/// Turns a matcher or an exporter into a plugin program.
///
/// The whole of a program is:
///
/// ```swift
/// @main
/// struct Program {
///   static func main() { PluginProgram.run(mailNameMatcher) }
/// }
/// ```
///
/// tenantctl starts the program, speaks to it in frames over standard input and output, and closes
/// its input when it needs no more. What the plugin prints goes to tenantctl's log. Started with
/// `--manifest`, it prints the plugin's `manifest.yaml` instead.
public enum PluginProgram {
  /// Serves a matcher until the input ends; never returns.
  ///
  /// - Parameter author: whom the manifest names.
  public static func run(_ plugin: MatcherPlugin, author: String = "unknown") -> Never {
    run(ManifestText(plugin.declaration, author: author)) { try MatcherSession(plugin, $0).serve() }
  }

  /// Serves an exporter until the input ends; never returns.
  ///
  /// - Parameter author: whom the manifest names.
  public static func run(_ plugin: ExporterPlugin, author: String = "unknown") -> Never {
    run(ManifestText(plugin.declaration, author: author)) {
      try ExporterSession(plugin, $0).serve()
    }
  }

  private static func run(_ manifest: ManifestText, _ serve: (FrameStream) throws -> Void) -> Never
  {
    if CommandLine.arguments.dropFirst().first == "--manifest" {
      print(manifest.text(program: URL(filePath: CommandLine.arguments[0]).lastPathComponent))
      exit(0)
    }
    do {
      guard let stream = FrameStream() else {
        throw FrameError(
          "this is a plugin for tenantctl, not a program to run by itself; try: tenantctl "
            + "plugins check FOLDER, or --manifest")
      }
      try serve(stream)
      exit(0)
    } catch {
      FrameStream.complain("\(manifest.name): \(error)")
      exit(1)
    }
  }
}
