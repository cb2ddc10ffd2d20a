import Administration
import PluginContract
import TenantCore
import Testing

@Suite("Plugins, built in and outside alike", .timeLimit(.minutes(5)))
struct PluginRegistryTests {
  private let installation: FakeInstallation

  init() {
    var installation = FakeInstallation()
    installation.host.addExporter("markdown")
    installation.host.addMatcher("mail-name")
    installation.host.addMatcher("strange", refusal: "others may write it")
    installation.host.addExporter("tables", refusal: "others may write it")
    self.installation = installation
  }

  private func phrase(_ failure: Failure) -> String {
    failure.message + (failure.remedy == nil ? "" : " (seal it)")
  }

  @Test("a tenant file may name the matchers that are of use, and those that are refused")
  func names() {
    let plugins = installation.plugins
    #expect(plugins.matcherDeclarations.map(\.name) == ["login", "mail-name"])
    #expect(plugins.refusedMatchers == ["strange"])
    #expect(plugins.builtInNames == ["login", "csv"])
  }

  @Test("a format that is not known names the known ones, one that is refused its reason")
  func formats() throws {
    let plugins = installation.plugins
    #expect(try plugins.exporterDeclaration(named: "markdown").fileExtension == "txt")
    let unknown = try #require(throws: UnknownPlugin.self) {
      try plugins.exporterDeclaration(named: "pdf")
    }
    #expect(unknown.description.contains("'pdf'; known: csv, markdown."))
    #expect(Failure(unknown).kind == .usage && Failure(unknown).remedy == .showPlugins)
    let refused = try #require(throws: FakeHost.Problem.self) {
      try plugins.exporterDeclaration(named: "tables")
    }
    #expect(refused.message == "others may write it")
  }

  @Test("all are described, those that are refused with the reason in the words of who asks")
  func descriptions() {
    let all = installation.plugins.descriptions(phrase)
    #expect(all.map(\.name) == ["login", "csv", "markdown", "mail-name", "strange", "tables"])
    #expect(
      all.map(\.kind) == ["matcher", "exporter", "exporter", "matcher", "matcher", "exporter"])
    #expect(all.map(\.state) == ["ready", "ready", "ready", "ready", "refused", "refused"])
    #expect(all.map(\.sha256) == [nil, nil, "markdown", "mail-name", nil, nil])
    #expect(all.last?.refusal == "others may write it (seal it)")
  }

  @Test("one is shown with what it reads, what keeps it apart, or why it is refused")
  func detail() async throws {
    let matcher = try await installation.plugins.detail(of: "mail-name", phrase)
    guard case .matcher(let declaration, let reads?) = matcher.kind else {
      Issue.record("no matcher")
      return
    }
    #expect(declaration.name == "mail-name" && matcher.isolation == ["no network"])
    #expect(reads.attributes.contains("sAMAccountName") && reads.fields.contains("windowsLogin"))
    let refused = try await installation.plugins.detail(of: "strange", phrase)
    guard case .refused = refused.kind else {
      Issue.record("not refused")
      return
    }
    #expect(refused.isolation.isEmpty)
    let plugins = installation.plugins
    let unknown = try await #require(throws: Failure.self) {
      try await plugins.detail(of: "x", { $0.message })
    }
    #expect(unknown.kind == .notAvailable && unknown.message.contains("known: login, csv, "))
  }

  @Test("a folder that is not there is neither checked nor sealed")
  func noFolder() async throws {
    let plugins = installation.plugins
    let checked = try await #require(throws: Failure.self) {
      try await plugins.check(folder: "x") { $0.message }
    }
    let sealed = try #require(throws: Failure.self) { try plugins.seal(folder: "x") }
    for failure in [checked, sealed] {
      #expect(failure.kind == .notAvailable && failure.message == "there is no folder 'x'")
    }
  }
}
