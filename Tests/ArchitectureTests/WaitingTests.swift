import Testing

@Suite("Tests that cannot hang, and do not pass by themselves")
struct WaitingTests {
  private struct TestFile {
    var path: String
    var code: Substring
    var isSuite: Bool { code.contains("@Suite") || code.contains("@Test") }
    /// The folder of its target, such as `Tests/Harness`.
    var target: String {
      let parts = path.split(separator: "/")
      return parts.prefix(parts[0] == "Plugins" ? 3 : 2).joined(separator: "/")
    }
  }

  /// All tests and what they have in common, comments left out; but those that only read sources.
  private static func files() throws -> [TestFile] {
    let plugins = try SourceTree.plugins().map { "Plugins/\($0)/Tests" }
    let paths = try (["Tests"] + plugins).flatMap { try SourceTree.swiftFiles(below: $0) }
    return try paths.filter { !$0.hasPrefix("Tests/ArchitectureTests/") }.map { path in
      let code = try SourceTree.text(path).replacing(/(?m)\/\/.*$/, with: "")
      return TestFile(path: path, code: code[...])
    }
  }

  /// What waits by itself: for another task, a process, a thread, a lock, a socket, or for time.
  private static func waits(_ code: Substring) -> Bool {
    code.contains(
      /\bawait\b|\bProcess\b|sleep\(|\bThread\b|Semaphore|\bflock\(|\bpoll\(|\baccept\(|\bfork\(/)
  }

  /// The types that tests share and that wait, with the folders in which they are known.
  private static func waitingTypes(_ files: [TestFile]) -> [String: Set<String>] {
    let declaration =
      /(?m)^(?:package |private |fileprivate |final )*(?:struct|class|enum|actor) (\w+)/
    var types: [String: Set<String>] = [:]
    var rest = files.filter { !$0.isSuite }
    while let index = rest.firstIndex(where: { waits($0, types) }) {
      let file = rest.remove(at: index)
      for match in file.code.matches(of: declaration) {
        types[String(match.1), default: []].insert(file.target)
      }
    }
    return types
  }

  /// True if a file waits, or uses a type that does.
  private static func waits(_ file: TestFile, _ types: [String: Set<String>]) -> Bool {
    if waits(file.code) { return true }
    let words = Set(file.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
    return types.contains { name, targets in
      words.contains(name[...]) && !targets.isDisjoint(with: [file.target, "Tests/Harness"])
    }
  }

  @Test("every suite that waits for anything has a limit of minutes")
  func limits() throws {
    let files = try Self.files()
    let types = Self.waitingTypes(files)
    #expect(types["RunTenantctl"] != nil && types["FaultDirectory"] != nil)
    for file in files where file.isSuite && Self.waits(file, types) {
      let suites = file.code.split(separator: "@Suite").dropFirst()
      #expect(!suites.isEmpty, "\(file.path) has tests without a suite")
      for suite in suites {
        let attribute = suite.prefix { $0 != "{" }
        #expect(
          attribute.contains(".timeLimit(.minutes("),
          "\(file.path): \(attribute) waits and has no '.timeLimit(.minutes(…))'")
      }
    }
  }

  @Test("no test ends early as root, or as somebody else: '.enabled' says so and why")
  func identity() throws {
    let early = /(?s)guard[^{]{0,80}\bgete?uid\(\)[^{]{0,80}else\s*\{[^}]{0,80}\breturn/
    let always = /#expect\([^\n]*\bgete?uid\(\) [!=]= 0 \|\|/
    for file in try Self.files() {
      #expect(!file.code.contains(early) && !file.code.contains(always), "\(file.path)")
    }
  }
}
