import Foundation
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("A password is read last, from where the tenant file says")
struct LDAPSecretTests {
  private func text(_ source: SecretSource) throws -> String {
    let secret = try SecretReader(timeout: .seconds(2)).read(source)
    return secret.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func message(_ source: SecretSource) -> String {
    do {
      _ = try text(source)
      return ""
    } catch {
      return (error as? DirectoryError)?.message ?? "\(error)"
    }
  }

  private func file(_ content: String, mode: Int) throws -> String {
    let path = NSTemporaryDirectory() + "secret-\(UUID().uuidString)"
    try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  @Test(
    "A file's last line break is not part of it",
    arguments: ["pass word", "pass word\n", "pass word\r\n"])
  func file(content: String) throws {
    let path = try file(content, mode: 0o600)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try text(.file(path: path)) == "pass word")
  }

  @Test("A4: a file that others may read is refused with its remedy", arguments: [0o640, 0o604])
  func openFile(mode: Int) throws {
    let path = try file("hidden", mode: mode)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let message = message(.file(path: path))
    #expect(message.contains("chmod 600"))
    #expect(!message.contains("hidden"))
  }

  @Test("A command's first line is taken, without a shell")
  func command() throws {
    #expect(try text(.command(["printf", "one\\ntwo\\n"])) == "one")
    #expect(try text(.command(["echo", "$HOME; exit"])) == "$HOME; exit")
  }

  @Test("A command that fails, hangs or is not there says so")
  func failingCommand() {
    #expect(message(.command(["false"])).contains("failed with status 1"))
    #expect(message(.command(["sleep", "20"])).contains("did not end within 2 s"))
    #expect(message(.command(["/no/such/program"])).contains("cannot be run"))
  }

  @Test("An empty password is refused: it would be an anonymous bind")
  func empty() throws {
    let path = try file("\n", mode: 0o600)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(message(.file(path: path)).contains("anonymous"))
    #expect(message(.command(["true"])).contains("anonymous"))
    #expect(message(.environment(name: "TENANTCTL_NO_SUCH_VARIABLE")).contains("is not set"))
  }
}
