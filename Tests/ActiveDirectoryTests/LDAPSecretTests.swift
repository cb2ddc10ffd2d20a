import Foundation
import Glibc
import OperatingSystem
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("A password is read last, from where the tenant file says", .timeLimit(.minutes(2)))
struct LDAPSecretTests {
  private func text(_ source: SecretSource) async throws -> String {
    try await OwnThread.run {
      try SecretReader(timeout: .seconds(2)).read(source)
        .withBytes { String(decoding: $0, as: UTF8.self) }
    }
  }

  private func message(_ source: SecretSource) async -> String {
    do {
      _ = try await text(source)
      return ""
    } catch {
      return (error as? DirectoryError)?.message ?? "\(error)"
    }
  }

  private func file(_ content: String, mode: Int) throws -> String {
    try file(Array(content.utf8), mode: mode)
  }

  private func file(_ bytes: [UInt8], mode: Int = 0o600) throws -> String {
    let path = NSTemporaryDirectory() + "secret-\(UUID().uuidString)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  @Test(
    "A file's last line break is not part of it",
    arguments: ["pass word", "pass word\n", "pass word\r\n"])
  func file(content: String) async throws {
    let path = try file(content, mode: 0o600)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try await text(.file(path: path)) == "pass word")
  }

  @Test("A4: a file that others may read is refused with its remedy", arguments: [0o640, 0o604])
  func openFile(mode: Int) async throws {
    let path = try file("hidden", mode: mode)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let message = await message(.file(path: path))
    #expect(message.contains("chmod 600"))
    #expect(!message.contains("hidden"))
  }

  @Test("A command's first line is taken, without a shell")
  func command() async throws {
    #expect(try await text(.command(["printf", "one\\ntwo\\n"])) == "one")
    #expect(try await text(.command(["echo", "$HOME; exit"])) == "$HOME; exit")
  }

  @Test("A command that fails, hangs or is not there says so")
  func failingCommand() async {
    #expect(await message(.command(["false"])).contains("failed with status 1"))
    #expect(await message(.command(["sleep", "20"])).contains("did not end within 2 s"))
    #expect(await message(.command(["/no/such/program"])).contains("cannot be run"))
  }

  @Test("An empty password is refused: it would be an anonymous bind")
  func empty() async throws {
    let path = try file("\n", mode: 0o600)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(await message(.file(path: path)).contains("anonymous"))
    #expect(await message(.command(["true"])).contains("anonymous"))
    #expect(await message(.environment(name: "TENANTCTL_NO_SUCH_VARIABLE")).contains("is not set"))
  }

  @Test(
    "What a Windows program made of a password file is named, and nothing of it is told",
    arguments: [
      ([0xEF, 0xBB, 0xBF] + Array("secret".utf8), "byte order mark"),
      ([0xFF, 0xFE] + Array("s\0e\0c\0".utf8), "UTF-16"),
      ([0xFE, 0xFF] + Array("\0s\0e\0c".utf8), "UTF-16"),
      (Array("s\0e\0c\0r\0e\0t\0".utf8), "zero byte"), (Array("secret\0".utf8), "zero byte"),
      ([], "is empty"), (Array("\r\n".utf8), "is empty"), (Array("\nsecret".utf8), "is empty"),
      (Array("secret".utf8) + [0xFC], "not in UTF-8"),
      ([UInt8](repeating: 0x73, count: 5000), "longer than 4095 bytes"),
    ] as [([UInt8], String)])
  func spoiled(bytes: [UInt8], words: String) async throws {
    let path = try file(bytes)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let message = await message(.file(path: path))
    #expect(message.contains("file '\(path)'") && message.contains(words), "\(message)")
    #expect(!message.contains("secret\u{FC}") && !message.contains("sss"))
  }

  @Test("A pipe without a writer is refused at once, and so is a device")
  func pipe() async throws {
    let path = NSTemporaryDirectory() + "pipe-\(UUID().uuidString)"
    #expect(mkfifo(path, 0o600) == 0)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(await message(.file(path: path)).contains("is not a file"))
    #expect(await message(.file(path: "/dev/zero")).contains("is not a file"))
  }
}
