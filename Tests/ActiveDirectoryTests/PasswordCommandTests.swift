import Foundation
import Glibc
import OperatingSystem
import TenantCore
import Testing

@testable import ActiveDirectory

@Suite("A4: A password command is bounded, shut off, and nobody else's", .timeLimit(.minutes(2)))
struct PasswordCommandTests {
  private func run(
    _ words: String..., timeout: Duration = .seconds(20),
    cancellation: Cancellation = Cancellation()
  ) async -> Result<String, DirectoryError> {
    do {
      // It waits for the program, as the reading of a directory does, on a thread of its own.
      let text = try await OwnThread.run {
        try SecretReader(timeout: timeout, cancellation: cancellation)
          .read(.command(words)).withBytes { String(decoding: $0, as: UTF8.self) }
      }
      return .success(text)
    } catch let error as DirectoryError {
      return .failure(error)
    } catch {
      return .failure(DirectoryError(.unavailable, "\(error)"))
    }
  }

  private func message(_ result: Result<String, DirectoryError>) -> String {
    guard case .failure(let error) = result else { return "\(result)" }
    #expect(error.code == .configuration)
    return error.message
  }

  /// A folder of this user's, removed with the value.
  private final class Folder {
    let path = NSTemporaryDirectory() + "password-\(UUID().uuidString)"

    init() throws {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    func write(_ text: String, _ name: String, mode: Int) throws -> String {
      let file = "\(path)/\(name)"
      try Data(text.utf8).write(to: URL(filePath: file))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
      return file
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  @Test("A program that closes its output and stays is stopped when its time is over")
  func closesItsOutput() async {
    let result = await run("sh", "-c", "exec >&- 2>&-; sleep 600", timeout: .seconds(1))
    #expect(message(result) == "the password command 'sh' was stopped: it did not end within 1 s")
  }

  @Test(
    "Its children are killed with it, at its end and when its time is over",
    arguments: ["echo secret; sleep 600 & echo $! >&2; exit 3", "sleep 600 & echo $! >&2; wait"])
  func children(script: String) async throws {
    let folder = try Folder()
    let file = try folder.write("", "child", mode: 0o600)
    let result = await run(
      "sh", "-c", "exec 2> \"$0\"; \(script)", file, timeout: .seconds(2))
    #expect(message(result).hasPrefix("the password command 'sh' "))
    let child = try #require(
      pid_t(String(contentsOfFile: file, encoding: .utf8).trimmed))
    // Killed; whoever inherits it takes note of that in a moment.
    var isThere = true
    for _ in 0..<60_000 where isThere {
      let status = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
      isThere = status.map { !$0.contains(") Z ") } ?? false
      if isThere { usleep(1000) }
    }
    #expect(!isThere)
  }

  @Test("A child that is left holding the output is not waited for")
  func heldOutput() async throws {
    #expect(
      try await run("sh", "-c", "echo secret; sleep 600 &", timeout: .seconds(100)).get()
        == "secret")
  }

  @Test("It has no descriptor but three, a session of its own, and the usual signals")
  func surroundings() async throws {
    let inherited = open("/dev/null", O_RDONLY)
    defer { close(inherited) }
    // The last one is of the folder that is listed.
    #expect(try await run("sh", "-c", "echo $(ls /proc/self/fd)").get() == "0 1 2 3")
    for name in ["SigBlk", "SigIgn"] {
      let line = try await run("grep", name, "/proc/self/status").get()
      let signals = try #require(UInt64(line.suffix(16), radix: 16))
      // The C library sets 32 and 33, which are its own, in each program that begins.
      #expect(signals & ~0x1_8000_0000 == 0, "\(line)")
    }
    #expect(
      try await run("sh", "-c", "test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo own").get()
        == "own")
  }

  @Test("What it writes to its standard error is in the message: one line, bounded, without marks")
  func standardError() async {
    let script = "printf 'vault:\\033[31m sealed\\n\\tagain%04000d' 0 >&2; exit 2"
    let text = message(await run("sh", "-c", script))
    let start =
      "the password command 'sh' failed with status 2; its last output: vault: [31m sealed "
    #expect(text.hasPrefix(start + "again000"), "\(text)")
    #expect(text.utf8.count < 420)
    #expect(
      message(await run("sh", "-c", "kill -9 $$"))
        == "the password command 'sh' failed with signal 9; run it by hand to see why")
  }

  @Test("What it prints is told in no message, even if it stands in its standard error")
  func noSecret() async {
    let text = message(await run("sh", "-c", "set -x; echo hunter2; exit 1"))
    #expect(
      text == "the password command 'sh' failed with status 1; run it by hand to see why")
  }

  @Test("Output and errors without end are refused, not cut and not waited for")
  func flood() async {
    #expect(message(await run("yes", "hunter2")).contains("is longer than 4095 bytes"))
    #expect(
      message(await run("sh", "-c", "yes hunter2 >&2", timeout: .seconds(1)))
        .contains("did not end within 1 s"))
  }

  @Test("Cancelling ends the wait, and the program")
  func cancelled() async {
    let cancellation = Cancellation()
    cancellation.raise()
    guard case .failure(let error) = await run("sleep", "600", cancellation: cancellation) else {
      Issue.record("it ended")
      return
    }
    #expect(error.message.contains("CancellationError"))
  }

  @Test("A program that others may write is not run, nor one in such a folder, nor a script")
  func writable() async throws {
    let folder = try Folder()
    let text = "#!/bin/sh\necho secret\n"
    let good = try folder.write(text, "good", mode: 0o700)
    let bad = try folder.write(text, "bad", mode: 0o722)
    #expect(try await run(good).get() == "secret")
    #expect(try await run("/bin/sh", good).get() == "secret")
    for words in [[bad], ["/bin/sh", bad]] {
      let result = words.count == 1 ? await run(words[0]) : await run(words[0], words[1])
      let text = message(result)
      let start = "the password command '\(words[0])' is not run, because it is not safe: "
      #expect(text.hasPrefix(start + "others may write"))
      #expect(text.contains("chmod go-w \(bad)"))
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: "/usr/bin/printf")
    #expect(try await run("\(folder.path)/link", "secret").get() == "secret")
    chmod(folder.path, 0o777)
    for path in [good, "\(folder.path)/link"] {
      #expect(message(await run(path)).contains("others may write this folder '\(folder.path)'"))
    }
  }

  @Test("A file of 50 MB and a variable that is too long are refused, not cut and sent")
  func tooLong() throws {
    let folder = try Folder()
    let file = try folder.write(String(repeating: "s", count: 50 << 20), "huge", mode: 0o600)
    let name = "TENANTCTL_TEST_LONG_PASSWORD"
    setenv(name, String(repeating: "s", count: 5000), 1)
    defer { unsetenv(name) }
    for source in [SecretSource.file(path: file), .environment(name: name)] {
      let error = #expect(throws: DirectoryError.self) {
        _ = try SecretReader(timeout: .seconds(20)).read(source)
      }
      #expect(error?.message.contains("is longer than 4095 bytes") == true)
    }
  }
}
