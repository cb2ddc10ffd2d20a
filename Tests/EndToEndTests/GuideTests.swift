import Foundation
import Harness
import Testing

/// What pages tell a newcomer to type, typed in one shell: every command must succeed and print
/// what the page says.
@Suite("The guides do what they say", .timeLimit(.minutes(30)))
struct GuideTests {
  @Test("a guide for plugin authors", arguments: ["write-a-matcher", "write-an-exporter"])
  func guide(name: String) async throws {
    let guide = try Guide("Plugins/Guides/\(name).md")
    #expect(guide.steps.count > 15)
    try await Self.run(guide, in: try RunTenantctl())
  }

  @Test("the README, after a first run of the example tenants")
  func readme() async throws {
    let installation = try await ExampleTests.synced()
    let guide = try Guide("README.md")
    #expect(!guide.steps.isEmpty)
    try await Self.run(guide, in: installation)
  }

  /// The pages of the manual that have something to type. Most begin after a first run of the
  /// example tenants; these begin with the example tenants as they are in the repository.
  private static let pages = ["permissions", "plugins", "scripts"] + pagesOfTheBeginning
  private static let pagesOfTheBeginning = ["review", "tenant-file"]

  @Test("a page of the manual", arguments: pages)
  func page(name: String) async throws {
    let installation =
      Self.pagesOfTheBeginning.contains(name)
      ? try RunTenantctl.withExamples() : try await ExampleTests.synced()
    let guide = try Guide("docs/\(name).md")
    #expect(!guide.steps.isEmpty)
    try await Self.run(guide, in: installation)
  }

  @Test("every page of the manual with something to type is tried")
  func allPages() throws {
    let folder = RunTenantctl.repository.appending(path: "docs").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }
    let typed = try names.filter { try !Guide("docs/\($0).md").steps.isEmpty }
    #expect(Set(typed) == Set(Self.pages))
  }

  private static func run(_ guide: Guide, in installation: RunTenantctl) async throws {
    let files = FileManager.default
    let home = installation.folder.path("home")
    for folder in ["steps", "home/bin"] {
      try files.createDirectory(
        atPath: installation.folder.path(folder), withIntermediateDirectories: true)
    }
    try files.createSymbolicLink(
      atPath: "\(home)/bin/tenantctl", withDestinationPath: RunTenantctl.program.path)
    try files.createSymbolicLink(
      atPath: "\(home)/tenantctl", withDestinationPath: RunTenantctl.repository.path)
    try await shell(guide.steps, in: installation)
    for (index, step) in guide.steps.enumerated() {
      let place = "\(guide.path):\(step.line): $ \(step.command)"
      let code = try? installation.read("steps/\(index).code")
      let printed = (try? installation.read("steps/\(index).out")) ?? ""
      try #require(code == "0\n", "\(place)\nended with \(code ?? "nothing")\(printed)")
      if let difference = step.difference(from: printed) {
        Issue.record("\(place)\n\(difference)")
        return
      }
    }
  }

  /// Runs the steps in one shell, which stops at the first that fails, and keeps what each prints.
  private static func shell(_ steps: [Guide.Step], in installation: RunTenantctl) async throws {
    var script = ""
    for (index, step) in steps.enumerated() {
      let file = installation.folder.path("steps/\(index)")
      try installation.folder.write(step.command + "\n", to: "steps/\(index)")
      script += ". '\(file)' > '\(file).out' 2>&1; code=$?; echo $code > '\(file).code'\n"
      script += "[ $code = 0 ] || exit 1\n"
    }
    try installation.folder.write(script, to: "steps/all")
    let home = installation.folder.path("home")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    var environment = ["PATH": "\(home)/bin:\(path)"]
    // A guide's own folder of tenants counts, as it would for its reader.
    if !FileManager.default.fileExists(atPath: installation.folder.path("tenants/acme.yaml")) {
      environment["TENANTCTL_TENANTS"] = ""
    }
    _ = try await installation.start(
      [installation.folder.path("steps/all")], program: URL(filePath: "/bin/bash"),
      environment: environment
    ).answer()
  }
}
