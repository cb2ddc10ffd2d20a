import Administration
import Foundation
import Glibc
import TenantConfig
import TenantCore
import Testing

@Suite("Folder of tenant files")
struct TenantFolderTests {
  private func text(_ name: String) -> String { "version: 1\ntenant: \(name)\n" }

  @Test("Only *.yaml are tenants, in order")
  func names() throws {
    let folder = try TemporaryFolder()
    for name in ["b.yaml", "a.yaml", "c.yml", "a-1.yaml", "d.yaml.example", ".hidden.yaml", "x"] {
      try folder.write("", to: name)
    }
    let tenants = TenantFolder(path: folder.path, matchers: sampleMatchers)
    #expect(try tenants.names() == ["a", "a-1", "b"])
  }

  @Test("A tenant is loaded by name; nil if there is none")
  func load() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text("acme"), to: "acme.yaml")
    let tenants = TenantFolder(path: folder.path + "/", matchers: sampleMatchers)
    #expect(try tenants.load("acme")?.tenant.name == "acme")
    #expect(try tenants.load("acme")?.path.hasSuffix("acme.yaml") == true)
    #expect(try tenants.load("other") == nil)
    try folder.write("tenant: acme\n", to: "acme.yaml")
    let error = #expect(throws: TenantConfigError.self) { try tenants.load("acme") }
    #expect(error?.description == "\(path):1:1: a tenant file needs the key 'version'")
  }

  @Test(
    "A name that is no tenant's name leads nowhere, even if a file is there",
    arguments: [
      "../x", "..", ".", "", "sub/x", "/etc/passwd", "ACME", "x.yaml", "x\0", "x\n", "ä",
      String(repeating: "a", count: 64), "x ", "./x",
    ])
  func hostileNames(name: String) throws {
    let outer = try TemporaryFolder()
    try outer.write(text("x"), to: "x.yaml")
    let inner = try outer.makeFolder("tenants")
    _ = try outer.makeFolder("tenants/sub")
    try outer.write(text("x"), to: "tenants/x.yaml")
    try outer.write(text("x"), to: "tenants/sub/x.yaml")
    #expect(try TenantFolder(path: inner, matchers: sampleMatchers).load(name) == nil)
    // The name is refused before the folder is even looked for.
    #expect(try TenantFolder(path: inner + "/none", matchers: []).load(name) == nil)
  }

  @Test("A broken file hides none of a thousand others")
  func manyFiles() throws {
    let folder = try TemporaryFolder()
    for number in 1...1000 { try folder.write(text("t-\(number)"), to: "t-\(number).yaml") }
    try folder.write("tenant: [", to: "t-500.yaml")
    try folder.write(text("x"), to: "Not A Name.yaml")
    try folder.write(text("y"), to: "y.yaml", mode: 0o666)
    _ = try folder.makeFolder("z.yaml")
    let all = try TenantFolder(path: folder.path, matchers: sampleMatchers).loadAll()
    #expect(all.count == 1003)
    let broken = all.filter { (try? $0.result.get()) == nil }.map(\.name)
    #expect(broken == ["Not A Name", "t-500", "y", "z"])
  }

  @Test("A folder that is missing or no folder is an error that names it")
  func missingFolder() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "file")
    for path in [folder.path + "/none", file] {
      let tenants = TenantFolder(path: path, matchers: [])
      let error = #expect(throws: TenantConfigError.self) { try tenants.names() }
      #expect(error?.code == .unreadable)
      #expect(error?.description.hasPrefix(path + ": the folder of tenant files") == true)
      #expect(throws: TenantConfigError.self) { try tenants.loadAll() }
      #expect(throws: TenantConfigError.self) { try tenants.load("acme") }
    }
  }
}
