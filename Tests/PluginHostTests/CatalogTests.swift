import Foundation
import Harness
import Testing

@testable import PluginHost

@Suite("Plugins are found in their places, and shadowing is refused", .timeLimit(.minutes(5)))
struct CatalogTests {
  private let first: PluginFolder
  private let second: PluginFolder

  init() throws {
    first = try PluginFolder()
    second = try PluginFolder()
    try first.add(PythonPlugin(name: "one"))
  }

  private func catalog(builtIn: Set<String> = ["login"]) -> PluginCatalog {
    PluginCatalog(
      PluginPlaces(folders: [first.path, second.path, "/nowhere", first.path]), builtIn: builtIn)
  }

  @Test("all are found, by name; files and hidden folders are passed over")
  func found() throws {
    try second.add(PythonPlugin(name: "another"))
    try first.write("", to: "README", mode: 0o644)
    mkdir(first.path(".hidden"), 0o755)
    #expect(catalog().plugins.map(\.name) == ["another", "one"])
    #expect(catalog().plugins.allSatisfy { $0.refusal == nil })
  }

  @Test("two of one name are both refused, and both folders named")
  func twins() throws {
    try second.add(PythonPlugin(name: "one"))
    let plugins = catalog().plugins
    #expect(plugins.count == 2)
    for plugin in plugins {
      let refusal = try #require(plugin.refusal)
      #expect(refusal.contains("two plugins have the name 'one'"))
      for twin in plugins { #expect(refusal.contains("'\(twin.folder)'")) }
      #expect(throws: PluginError.self) { try plugin.program() }
    }
  }

  @Test("one that cannot be read counts as a twin too")
  func brokenTwin() throws {
    mkdir(second.path("one"), 0o755)
    #expect(catalog().plugins.allSatisfy { $0.refusal?.contains("two plugins") == true })
  }

  @Test("a built-in plugin's name is refused")
  func builtIn() throws {
    let refusal = try #require(catalog(builtIn: ["one"]).plugin(named: "one")?.refusal)
    #expect(refusal.contains("'one' is the name of a built-in plugin; rename or remove '"))
  }

  @Test("a folder that is a symbolic link, or whose name is not plain, is refused")
  func names() throws {
    symlink(first.path("one"), second.path("linked"))
    mkdir(second.path("Upper"), 0o755)
    let plugins = catalog()
    #expect(plugins.plugin(named: "linked")?.refusal?.contains("is a symbolic link") == true)
    #expect(plugins.plugin(named: "Upper")?.refusal?.contains("lower case letters") == true)
    #expect(plugins.plugin(named: "one")?.refusal == nil)
  }

  @Test("places come from the option, the variables and the system, in this order")
  func places() {
    let all = PluginPlaces(
      folder: "/a", environment: ["TENANTCTL_PLUGINS": "/b", "XDG_DATA_HOME": "/c", "HOME": "/d"])
    #expect(
      all.folders == ["/a", "/b", "/c/tenantctl/plugins", "/usr/local/lib/tenantctl/plugins"])
    let home = PluginPlaces(folder: nil, environment: ["HOME": "/d", "XDG_DATA_HOME": ""])
    #expect(
      home.folders == ["/d/.local/share/tenantctl/plugins", "/usr/local/lib/tenantctl/plugins"])
  }
}
