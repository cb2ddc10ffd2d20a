import Testing

/// Only the front ends have words of their own (architecture.md 3): a page has no commands, and the API
/// no buttons.
@Suite("Nothing below the front ends names a command")
struct CommandNamesTests {
  /// The layers 1 to 4. A plugin's program that somebody starts by hand is a front end itself.
  static let modules = LayerTests.allowed.keys.sorted().filter {
    !["tenantctl", "tenantd", "TenantService", "Wiring"].contains($0)
  }
  static let exempt: Set<String> = [
    "Sources/PluginContract/Program/PluginProgram.swift",
    // What is taken out of the messages of old stores.
    "Sources/TenantStore/History/OldMessage.swift",
  ]

  @Test("no command and no option of one", arguments: modules)
  func commands(module: String) throws {
    let commands = try SourceTree.entries("Sources/tenantctl").filter { !$0.hasSuffix(".swift") }
      .map { $0.lowercased() }
    #expect(commands.contains("sync") && commands.contains("users"))
    for file in try SourceTree.swiftFiles(below: "Sources/\(module)")
    where !Self.exempt.contains(file) {
      for (number, line) in try SourceTree.text(file).split(separator: "\n").enumerated() {
        guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
        let named = line.matches(of: /tenantctl ([a-z]+)/).map { String($0.1) }
          .filter { word in word == "link" || word == "relink" || commands.contains(word) }
        let options = line.matches(of: /[ '"(](--[a-z]{2,}[a-z-]*)/).map { String($0.1) }
        #expect(named + options == [], "\(file), about line \(number + 1)")
      }
    }
  }

  @Test("no page and no answer of the API names a command")
  func web() throws {
    let files =
      try SourceTree.files(below: "Sources/TenantService/Pages")
      + SourceTree.files(below: "Sources/TenantService/API")
    for file in files where file.hasSuffix(".swift") || file.hasSuffix(".mustache") {
      #expect(!(try SourceTree.text(file)).contains("'tenantctl "), "\(file)")
    }
  }
}
