import PluginContract
import Testing
import YAMLFiles

@Suite("YAML document of any kind")
struct YAMLDocumentTests {
  static let complete = """
    name: mail-name
    program: bin/mail-name
    kind: matcher
    options: { digits: 8 }
    """

  @Test("A mapping is read by its table; paths count from the folder, and facts come along")
  func mapping() {
    let (manifest, problems) = Manifest.read(Self.complete)
    #expect(problems == [])
    #expect(
      manifest
        == Manifest(
          name: "mail-name", program: "/plugins/x/bin/mail-name", kind: .matcher,
          digits: .integer(8), owner: "root"))
  }

  @Test("All problems come at once, each at its place, and there is no value then")
  func problemsAtOnce() {
    let (manifest, problems) = Manifest.read(
      "name: Mail\nkind: matchr\noptions: { digits: six, x: 1 }\nauthor: *a\n")
    #expect(manifest == nil)
    #expect(
      problems == [
        "manifest.yaml:1:1: a plugin manifest needs the key 'program'",
        "manifest.yaml:1:7: 'name' must be 1 to 63 lower case letters, digits and hyphens",
        "manifest.yaml:2:7: 'kind' cannot be 'matchr'; did you mean 'matcher'? "
          + "known: matcher, exporter",
        "manifest.yaml:3:20: the option 'digits' must be a whole number, not text",
        "manifest.yaml:3:25: unknown option 'x' of the plugin; known: digits",
        "manifest.yaml:4:1: unknown key 'author' in a plugin manifest; "
          + "known: name, program, kind, options",
        "manifest.yaml:4:9: aliases are not allowed; write the value out, "
          + "or quote one that begins with '*'",
      ])
  }

  @Test("A value that is fine is none where the YAML around it is not")
  func noValueBesideProblems() {
    let (manifest, problems) = Manifest.read(Self.complete + "\n--- {}\n")
    #expect(manifest == nil)
    #expect(problems.count == 1)
  }

  @Test(
    "Messages call the file by its kind",
    arguments: [
      ("", "1:1: the file is empty; it needs the key 'name'"),
      ("[]\n", "1:1: a plugin manifest must be a mapping, not a list"),
      ("a: 1\n--- b\n", "2:1: a second document begins here; a plugin manifest is one document"),
      ("a: [\n", "2:1: not valid YAML: did not find expected node content"),
    ])
  func kindInWords(text: String, expected: String) {
    let problems = Manifest.read(text).problems
    #expect(problems.contains { $0.hasPrefix("manifest.yaml:" + expected) }, "\(problems)")
  }

  @Test("A file of more than 1 MiB is refused with the remedy for its kind")
  func size() {
    let problems = Manifest.read(String(repeating: "#", count: 1 << 20) + "\n").problems
    #expect(problems == ["manifest.yaml:1:1: the file is larger than 1 MiB; shorten it"])
  }

  @Test("The root is at hand for readings of one's own; nil where there is none")
  func root() {
    let document = YAMLDocument([0x61], shownAs: "x", kind: .manifest)
    #expect(document.root?.kindInWords == "text")
    #expect(document.problems.isEmpty)
    let empty = YAMLDocument([], shownAs: "x", kind: .manifest)
    #expect(empty.root == nil)
    #expect(!empty.problems.isEmpty)
  }
}
