import Foundation
import Harness
import TenantStore
import TenantCore
import Testing

@Suite("The password file of a server")
struct StoreServerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func password(_ name: String = "secret") throws -> String? {
    let server = StoreServer(conninfo: "postgresql:///t", passwordFile: folder.path(name))
    guard let secret = try server.password() else { return nil }
    return unsafe secret.withCString { unsafe String(cString: $0) }
  }

  private func refusal(_ name: String = "secret") -> String {
    do {
      _ = try password(name)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test("its first line is the password")
  func firstLine() throws {
    try folder.write("Passw0rd und ein Wort ü\n# not this\n", to: "secret")
    #expect(try password() == "Passw0rd und ein Wort ü")
  }

  @Test("without one libpq looks in its own places")
  func none() throws {
    let server = StoreServer(conninfo: "postgresql:///t", passwordFile: nil)
    #expect(try server.password() == nil)
  }

  @Test(
    "A4: one that others may read is refused, with what fixes it", arguments: [0o640, 0o604, 0o620])
  func readableByOthers(mode: Int) throws {
    try folder.write("Passw0rd\n", to: "secret")
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.path("secret"))
    #expect(refusal().contains("may be read by others; run: chmod 600"))
    #expect(!refusal().contains("Passw0rd"))
  }

  @Test("what is missing, no file, or no password says which file it is")
  func others() throws {
    #expect(refusal("missing").contains("'\(folder.path("missing"))' cannot be opened"))
    #expect(refusal("").contains("is not a file"))
    try folder.write("\n", to: "secret")
    #expect(refusal().contains("is empty, and the server would take it for none"))
    try folder.write(String(repeating: "x", count: 5000), to: "secret")
    #expect(refusal().contains("is longer than"))
  }
}
