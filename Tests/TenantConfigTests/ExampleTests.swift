import Administration
import Authorization
import Foundation
import TenantConfig
import TenantCore
import Testing

@Suite("Files in tenants/")
struct ExampleTests {
  /// The folder `tenants` of the package.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "tenants")

  @Test("The example of a live directory is a tenant file, and shows every kind of thing")
  func liveDirectory() throws {
    let example = Self.folder.appending(path: "live-directory.yaml.example")
    let text = try String(contentsOf: example, encoding: .utf8)
    let copy = try TemporaryFolder()
    let path = try copy.write(text, to: "live-directory.yaml")
    let file = try TenantFileReader(matchers: sampleMatchers).read(path: path)
    #expect(file.tenant.directories.count == 2)
    #expect(file.tenant.matching.strategies.count == 4)
    #expect(file.access.assignments.count == 5)
    #expect(text.hasPrefix("# yaml-language-server: $schema=tenant.schema.json\n"))
  }

  @Test("Every tenant file begins with the line by which editors find the schema")
  func modelines() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    for name in names where name.hasSuffix(".yaml") {
      let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      #expect(text.hasPrefix("# yaml-language-server: $schema=tenant.schema.json\n"), "\(name)")
    }
  }
}
