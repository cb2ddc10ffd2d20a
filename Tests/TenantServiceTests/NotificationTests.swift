import Foundation
import Harness
import Logging
import Synchronization
import TenantCore
import Testing

@testable import TenantService

@Suite("Notifications", .timeLimit(.minutes(5)))
struct NotificationTests {
  private let folder: TemporaryFolder
  /// 2026-11-22T13:00:00Z.
  private static let moment = Timestamp(secondsSince1970: 1_795_352_400)
  private let notification = TenantNotification(
    tenant: "acme", event: "failed", message: "no \"route\"\nto dc1", at: moment, run: 12)
  private let json =
    #"{"at":"2026-11-22T13:00:00Z","event":"failed","message":"no \"route\"\nto dc1","run":12,"#
    + #""tenant":"acme"}"#

  init() throws {
    folder = try TemporaryFolder()
    // As the service does: a program that closes its input is to be an error, not the end.
    signal(SIGPIPE, SIG_IGN)
  }

  /// A program that another process has written: a child that is started beside would hold a file that is
  /// written here open, and keep it from being started.
  private func program(_ lines: String) throws -> NotificationProgram {
    try folder.write("#!/bin/sh\n\(lines)\n", to: "notify.sh")
    let install = try Process.run(
      URL(filePath: "/usr/bin/install"),
      arguments: ["-m", "700", folder.path("notify.sh"), folder.path("notify")])
    install.waitUntilExit()
    try #require(install.terminationStatus == 0)
    return NotificationProgram(path: folder.path("notify"))
  }

  private func post(_ server: RecordingServer?) throws -> NotificationPost {
    let port = try #require(server).port
    return NotificationPost(url: try #require(NotificationURL("http://127.0.0.1:\(port)/hook")))
  }

  @Test("a run without a number has null, and a long message is cut")
  func shape() throws {
    let long = TenantNotification(
      tenant: "a", event: "stale", message: String(repeating: "x", count: 9000), at: Self.moment,
      run: nil)
    let text = String(decoding: try long.json, as: UTF8.self)
    #expect(text.contains("\"run\":null"))
    #expect(text.utf8.count < 5000)
  }

  @Test("a program gets the JSON on its standard input, and none of the service's environment")
  func program() async throws {
    setenv("TENANTD_TEST_SECRET", "hidden", 1)
    try await program("cat > \(folder.path("input")); env > \(folder.path("env"))")
      .deliver(notification)
    let input = try String(contentsOfFile: folder.path("input"), encoding: .utf8)
    #expect(input == json + "\n")
    let environment = try String(contentsOfFile: folder.path("env"), encoding: .utf8)
    #expect(!environment.contains("hidden"))
  }

  @Test("no shell reads the program's name")
  func noShell() async throws {
    let way = NotificationProgram(path: "/bin/true; touch \(folder.path("made"))")
    await #expect(throws: (any Error).self) { try await way.deliver(notification) }
    #expect(try folder.entries() == [])
  }

  @Test("a program that fails, reads nothing or hangs is an error that says so")
  func failures() async throws {
    await #expect(throws: NotificationFailure(description: "it ended with exit code 3")) {
      try await program("exec <&-; exit 3").deliver(notification)
    }
    var hanging = try program("exec sleep 1000")
    hanging.timeLimit = .milliseconds(200)
    let error = await #expect(throws: NotificationFailure.self) {
      try await hanging.deliver(notification)
    }
    #expect(error?.description.contains("it took longer than") == true)
  }

  @Test("a program that reads nothing of a long notification holds up nobody")
  func unread() async throws {
    let fault = Fault(.service, "a notification program that does not read its input")
    // One character of many scalars: longer than what a pipe holds.
    let accents = "e" + String(repeating: "\u{301}", count: 100_000)
    let long = TenantNotification(
      tenant: "acme", event: "failed", message: accents, at: Self.moment, run: nil)
    #expect(try long.json.count > 1 << 16)
    try await program("exit 0").deliver(long)
    var hanging = try program("exec sleep 1000")
    hanging.timeLimit = .milliseconds(200)
    await #expect(
      throws: NotificationFailure(description: "it took longer than 0.2 seconds and was killed")
    ) { try await hanging.deliver(long) }
    fault.survived("its exit code counts; one that hangs is killed at the limit")
  }

  @Test("what a program has started is killed with it, whether it ends or hangs")
  func children() async throws {
    let fault = Fault(.service, "a notification program that leaves children behind")
    let child = "sh -c 'echo $$ > \(folder.path("child")); exec sleep 1000' &"
    let wait = "while [ ! -s \(folder.path("child")) ]; do sleep 0.01; done"
    for end in ["exit 0", "exec sleep 1000"] {
      try? FileManager.default.removeItem(atPath: folder.path("child"))
      var way = try program([child, wait, end].joined(separator: "\n"))
      way.timeLimit = end == "exit 0" ? .seconds(300) : .seconds(3)
      try? await way.deliver(notification)
      let text = try String(contentsOfFile: folder.path("child"), encoding: .utf8)
      let id = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
      // Killed, and reaped by whoever takes orphans.
      while Self.isAlive(id) { try await Task.sleep(for: .milliseconds(10)) }
    }
    fault.survived("its process group is killed")
  }

  private static func isAlive(_ process: Int32) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status.map { !$0.contains(") Z ") } ?? false
  }

  @Test("a program gets default signals, and no descriptor but its three streams")
  func inheritance() async throws {
    let fault = Fault(.service, "a notification program that looks at what it inherits")
    let foreign = open("/etc/passwd", O_RDONLY)
    defer { close(foreign) }
    try await program(
      """
      ls /proc/self/fd > \(folder.path("fds"))
      grep Sig /proc/self/status > \(folder.path("signals"))
      """
    ).deliver(notification)
    let descriptors = try String(contentsOfFile: folder.path("fds"), encoding: .utf8)
    // ls has one more open: the folder that it lists.
    #expect(descriptors.split(separator: "\n") == ["0", "1", "2", "3"])
    let signals = try String(contentsOfFile: folder.path("signals"), encoding: .utf8)
    let sets = signals.split(separator: "\n").filter { $0.contains("Blk") || $0.contains("Ign") }
      .map { $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } }
    // 32 and 33 are the C library's own.
    #expect(sets.map { $0.map { $0 & ~0x1_8000_0000 } } == [0, 0], "\(signals)")
    fault.survived("0, 1 and 2, no signal ignored or blocked")
  }

  @Test("the same JSON is posted")
  func post() async throws {
    let server = RecordingServer(answer: "204 No Content")
    try await post(server).deliver(notification)
    let request = try #require(server?.requests.first)
    #expect(request.hasPrefix("POST /hook HTTP/1.1\r\n"))
    #expect(request.lowercased().contains("content-type: application/json"))
    #expect(request.hasSuffix(json))
  }

  @Test("a refusal is an error, and so is a redirect, which is not followed")
  func redirect() async throws {
    let target = RecordingServer(answer: "200 OK")
    let port = try #require(target).port
    for (answer, status) in [
      ("302 Found\r\nLocation: http://127.0.0.1:\(port)/", 302),
      ("307 Temporary Redirect\r\nLocation: http://127.0.0.1:\(port)/", 307),
      ("500 Internal Server Error", 500),
    ] {
      let server = RecordingServer(answer: answer)
      let way = try post(server)
      await #expect(throws: NotificationFailure(description: "it answered with status \(status)")) {
        try await way.deliver(notification)
      }
    }
    #expect(target?.requests == [])
  }

  @Test("a server that never answers is given up")
  func silent() async throws {
    let server = RecordingServer(answer: nil)
    var way = try post(server)
    way.timeLimit = .milliseconds(300)
    await #expect(throws: (any Error).self) { try await way.deliver(notification) }
  }

  @Test(
    "notifications go over TLS, or to this machine",
    arguments: [
      ("https://example.com/hook?key=1", true), ("http://localhost:9000/", true),
      ("http://127.0.0.1/", true), ("http://[::1]:9/", true), ("http://example.com/", false),
      ("ftp://example.com/", false), ("https://user:pass@example.com/", false),
      ("https://", false), ("/hook", false), ("", false), ("http://127.0.0.1.example.com/", false),
    ])
  func urls(text: String, isTaken: Bool) { #expect((NotificationURL(text) != nil) == isTaken) }

  @Test("a failing way is logged and keeps no other from its notification")
  func notifier() async throws {
    let failing = FakeWay(fails: true)
    let working = FakeWay(fails: false)
    let log = LinesOfLog()
    let notifier = Notifier(
      ways: [failing, working], logger: Logger(label: "test") { _ in log })
    notifier.add(notification)
    notifier.add(notification)
    notifier.close()
    await notifier.run()
    #expect(working.delivered.count == 2)
    #expect(log.lines.count == 2)
    let line = try #require(log.lines.first)
    #expect(line == "the notification did not get through: fake: paper jam")
  }
}

/// A way of the test's own.
private final class FakeWay: NotificationWay {
  let name = "fake"
  private let fails: Bool
  private let kept = Mutex<[TenantNotification]>([])

  init(fails: Bool) { self.fails = fails }

  var delivered: [TenantNotification] { kept.withLock(\.self) }

  func deliver(_ notification: TenantNotification) async throws {
    if fails { throw NotificationFailure(description: "paper jam") }
    kept.withLock { $0.append(notification) }
  }
}

/// Keeps what is logged.
private final class LinesOfLog: LogHandler {
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock(\.self) }

  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) { kept.withLock { $0.append("\(event.message)") } }
}
