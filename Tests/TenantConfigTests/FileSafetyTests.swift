import Administration
import Foundation
import Glibc
import Testing

@testable import TenantConfig

@Suite("Which tenant files are trusted (A4)")
struct FileSafetyTests {
  static let text = "version: 1\ntenant: acme\n"
  let reader = TenantFileReader(matchers: sampleMatchers)

  @Test(
    "A file that others may write is refused with the chmod that mends it, unread",
    arguments: [0o620, 0o602, 0o666, 0o664, 0o777])
  func writableFile(mode: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("not: [valid", to: "acme.yaml", mode: mode)
    let error = #expect(throws: TenantConfigError.self) { try reader.read(path: path) }
    #expect(error?.code == .unsafe)
    #expect(
      error?.description
        == "\(path): others may write this tenant file (mode 0\(String(mode, radix: 8))), and "
        + "whoever does could run programs as you; run: chmod go-w \(path)")
    try folder.setMode(mode & 0o755, of: path)
    try folder.write(Self.text, to: "acme.yaml", mode: mode & 0o755)
    _ = try reader.read(path: path)
  }

  @Test("A file may be read by others", arguments: [0o644, 0o640, 0o600, 0o444])
  func readableFile(mode: Int) throws {
    let folder = try TemporaryFolder()
    _ = try reader.read(path: try folder.write(Self.text, to: "acme.yaml", mode: mode))
  }

  @Test("A folder that others may write is refused", arguments: [0o770, 0o707, 0o777, 0o1777])
  func writableFolder(mode: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.text, to: "acme.yaml")
    try folder.setMode(mode, of: folder.path)
    let error = #expect(throws: TenantConfigError.self) { try reader.read(path: path) }
    #expect(error?.code == .unsafe)
    #expect(error?.description.hasSuffix("run: chmod go-w \(folder.path)") == true)
    let tenants = TenantFolder(path: folder.path, matchers: sampleMatchers)
    #expect(throws: TenantConfigError.self) { try tenants.load("acme") }
    #expect(throws: TenantConfigError.self) { try tenants.loadAll() }
    #expect(throws: TenantConfigError.self) { try tenants.names() }
  }

  @Test("A folder and a file of someone else's are refused with the chown that mends it")
  func foreignOwner() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.text, to: "acme.yaml")
    // Root may give the file away; anyone else reads it as if running as another user.
    let stranger: UInt32 = 4_000_000
    let isRoot = getuid() == 0
    if isRoot { #expect(chown(path, stranger, getgid()) == 0) }
    let reader = TenantFileReader(facts: TenantFacts(), runningUser: isRoot ? 0 : stranger)
    let error = #expect(throws: TenantConfigError.self) { try reader.read(path: path) }
    #expect(error?.code == .unsafe)
    let described = try #require(error?.description)
    #expect(described.contains("neither to root nor to the running user; run: chown "))
    #expect(described.hasSuffix(isRoot ? "chown root \(path)" : "chown 4000000 \(folder.path)"))
  }

  @Test(
    "A file of root's is trusted by everyone",
    .enabled("root alone makes files of root's") { getuid() == 0 })
  func rootsFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.text, to: "acme.yaml")
    _ = try TenantFileReader(facts: TenantFacts(), runningUser: 4_000_000).read(path: path)
  }

  @Test("A link that leads out of the folder is refused; one to a file beside it is not")
  func links() throws {
    let outer = try TemporaryFolder()
    let inner = try outer.makeFolder("tenants")
    try outer.write(Self.text, to: "acme.yaml")
    for target in ["../acme.yaml", outer.path + "/acme.yaml", inner + "/v2", "loop.yaml"] {
      let link = inner + (target == "loop.yaml" ? "/loop.yaml" : "/acme.yaml")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      let error = #expect(throws: TenantConfigError.self) { try reader.read(path: link) }
      #expect(error?.code == .unsafe)
      #expect(error?.description.contains("a symbolic link that leads out of its folder") == true)
      try FileManager.default.removeItem(atPath: link)
    }
    try outer.write(Self.text, to: "tenants/acme-v2")
    try FileManager.default.createSymbolicLink(
      atPath: inner + "/acme.yaml", withDestinationPath: "acme-v2")
    #expect(try reader.read(path: inner + "/acme.yaml").path == inner + "/acme.yaml")
    try outer.setMode(0o666, of: inner + "/acme-v2")
    #expect(throws: TenantConfigError.self) { try reader.read(path: inner + "/acme.yaml") }
  }

  @Test("A pipe in the place of a file does not hang")
  func pipe() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/acme.yaml"
    #expect(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: TenantConfigError.self) { try reader.read(path: path) }
    #expect(error?.description == "\(path): not a file; remove it or rename it")
  }
}
