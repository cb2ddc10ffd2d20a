import Testing

@Suite("The repository's tree")
struct TreeTests {
  @Test("the top level is the agreed one, and nothing is added lightly")
  func topLevel() throws {
    let agreed: Set<String> = [
      "Package.swift", "Sources", "Plugins", "Tests", "tenants", "README.md", "CHANGELOG.md",
      "DEVELOPERS.md", "Makefile", "Scripts", "Benchmarks", "Package.resolved", "docs",
    ]
    #expect(Set(try SourceTree.entries("")).subtracting(agreed) == [])
  }

  @Test("no trap stands where a user, file, server or plugin can reach it")
  func noTraps() throws {
    let traps = ["try!", "as! ", "fatalError(", "preconditionFailure(", "TODO", "FIXME"]
    let files =
      try SourceTree.swiftFiles(below: "Sources") + SourceTree.swiftFiles(below: "Plugins")
    for file in files {
      let text = try SourceTree.text(file)
      for trap in traps { #expect(!text.contains(trap), "\(file) has \(trap)") }
    }
  }

  @Test("every module of Sources has tests")
  func everyModuleHasTests() throws {
    let tests = Set(try SourceTree.entries("Tests"))
    for module in LayerTests.allowed.keys where module != "PluginTesting" {
      #expect(tests.contains(module + "Tests"))
    }
  }

  @Test("the README's picture names every layer and plugin")
  func readmeNamesEverything() throws {
    let readme = try SourceTree.text("README.md")
    let plugins = try SourceTree.plugins() + SourceTree.examples()
    for name in LayerTests.allowed.keys.filter({ $0 != "PluginTesting" }) + plugins {
      #expect(readme.contains(name), "README.md does not name \(name)")
    }
  }

  @Test("the programs, the API's description and CHANGELOG.md agree on the version")
  func version() throws {
    let source = try SourceTree.text("Sources/Wiring/ProductVersion.swift")
    let version = try #require(source.firstMatch(of: /current = "(\d+\.\d+\.\d+)"/)?.1)
    let headings = try SourceTree.text("CHANGELOG.md").split(separator: "\n").filter {
      $0.hasPrefix("## ")
    }
    #expect(headings.first == "## \(version)")
    for program in ["tenantctl/TenantCtl.swift", "tenantd/TenantD.swift"] {
      #expect(try SourceTree.text("Sources/\(program)").contains("ProductVersion.current"))
    }
    let description = try SourceTree.text("Sources/TenantService/API/openapi.json")
    #expect(description.contains("\"version\": \"\(version)\""))
  }
}
