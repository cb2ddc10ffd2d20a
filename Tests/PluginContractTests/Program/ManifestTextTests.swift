import Testing

@testable import PluginContract

@Suite("A plugin's manifest from its declaration")
struct ManifestTextTests {
  @Test("a matcher's") func matcher() {
    let declaration = MatcherDeclaration(
      name: "m", version: "1.0", summary: "says \"a\\b\"\n\u{1}\u{85}",
      options: [
        OptionDeclaration("on", .boolean, default: .boolean(false), "a flag"),
        OptionDeclaration("how", .choice(["a", "b"]), default: .string("a"), "a word"),
      ])
    #expect(
      ManifestText(declaration, author: "Ada").text(program: "p") == #"""
        manifest: 1
        name: m
        kind: matcher
        version: "1.0"
        contract: 1
        author: "Ada"
        summary: "says \"a\\b\"\n\x01\x85"
        program: "p"
        options:
          on: { type: boolean, default: false, summary: "a flag" }
          how: { type: choice, words: ["a", "b"], default: "a", summary: "a word" }
        """#)
  }

  @Test("an exporter's") func exporter() {
    let declaration = ExporterDeclaration(
      name: "e", version: "2", summary: "s", fileExtension: "txt", mediaType: "text/plain",
      columns: [.status, .state])
    #expect(
      ManifestText(declaration, author: "Ada").text(program: "p") == """
        manifest: 1
        name: e
        kind: exporter
        version: "2"
        contract: 1
        author: "Ada"
        summary: "s"
        fileExtension: "txt"
        mediaType: "text/plain"
        streams: true
        columns: [status, state]
        program: "p"
        """)
  }
}
