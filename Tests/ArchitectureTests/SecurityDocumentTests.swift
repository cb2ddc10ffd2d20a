import Testing

@Suite("docs/SECURITY.md")
struct SecurityDocumentTests {
  @Test("every test that it names is there")
  func namesTests() throws {
    let document = try SourceTree.text("docs/SECURITY.md")
    let files = Set(
      try SourceTree.files(below: "Tests").map { $0.split(separator: "/").last ?? "" })
    let named = document.matches(of: /`(\w+Tests|test_\w+\.py)`/).map(\.output.1)
    #expect(named.count > 40)
    for name in Set(named) {
      let file = name.hasSuffix(".py") ? name : name + ".swift"
      #expect(files.contains(file), "\(name)")
    }
  }

  @Test("every rule that it quotes has a test that quotes it")
  func quotesRules() throws {
    let document = try SourceTree.text("docs/SECURITY.md")
    let tests = try SourceTree.swiftFiles(below: "Tests").map { try SourceTree.text($0) }.joined()
    for rule in Set(document.matches(of: /\b[AMRSTU]\d{1,2}\b/).map(\.output)) {
      #expect(tests.contains(rule), "\(rule)")
    }
  }
}
