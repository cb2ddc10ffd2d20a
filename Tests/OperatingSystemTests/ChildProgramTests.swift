import Foundation
import Glibc
import Harness
import OperatingSystem
import Testing

@Suite(
  "A child program is bounded, shut off, and gone with all that it started", .timeLimit(.minutes(5))
)
struct ChildProgramTests {
  private func shell(
    _ script: String, environment: ChildProgram.Environment = .inherited(),
    timeLimit: Duration? = .seconds(100)
  ) -> ChildProgram {
    var program = ChildProgram(path: "/bin/sh", environment: environment, timeLimit: timeLimit)
    program.arguments = ["-c", script]
    return program
  }

  /// What a script prints.
  private func output(
    of script: String, environment: ChildProgram.Environment = .inherited(), input: String = ""
  ) async throws -> String {
    let output = OutputBeginning(limit: 1 << 16)
    let ending = try await shell(script, environment: environment)
      .run(input: Array(input.utf8), output: .read(output))
    #expect(ending == .exit(0))
    return String(decoding: output.bytes, as: UTF8.self)
  }

  @Test("It tells how the program ended")
  func endings() async throws {
    #expect(try await shell("exit 0").run() == .exit(0))
    #expect(try await shell("exit 3").run() == .exit(3))
    #expect(try await shell("kill -9 $$").run() == .signal(9))
    #expect(try await shell("sleep 600", timeLimit: .milliseconds(200)).run() == .late)
  }

  @Test("Input, output and errors go where they should, however long they are")
  func streams() async throws {
    let long = String(repeating: "input\n", count: 100_000)
    #expect(try await output(of: "wc -c | tr -d ' '", input: long) == "600000\n")
    let (output, errors) = (OutputBeginning(limit: 10), OutputBeginning(limit: 10))
    let script = "yes output | head -c 1000000; yes errors | head -c 1000000 >&2"
    #expect(try await shell(script).run(output: .read(output), errors: .read(errors)) == .exit(0))
    #expect(output.bytes == Array("output\nout".utf8))
    #expect(errors.bytes == Array("errors\nerr".utf8))
  }

  @Test("A program that does not read its input, or closes it, is told by how it ends")
  func unreadInput() async throws {
    let input = [UInt8](repeating: 0x61, count: 1 << 20)
    #expect(try await shell("exit 4").run(input: input) == .exit(4))
    #expect(try await shell("exec <&-; exit 0").run(input: input) == .exit(0))
    #expect(try await shell("sleep 600", timeLimit: .milliseconds(200)).run(input: input) == .late)
  }

  @Test("Without input and with output discarded it has the null device for them")
  func noStreams() async throws {
    #expect(try await output(of: "readlink /proc/$$/fd/0") == "/dev/null\n")
    let file = try TemporaryFolder()
    let script = "readlink /proc/$$/fd/1 /proc/$$/fd/2 > \(file.path("links"))"
    #expect(try await shell(script).run() == .exit(0))
    let links = try String(contentsOfFile: file.path("links"), encoding: .utf8)
    #expect(links == "\(file.path("links"))\n/dev/null\n" || links == "/dev/null\n/dev/null\n")
  }

  @Test("It has no descriptor but three, a session of its own, and the usual signals")
  func surroundings() async throws {
    // Blocked in this thread and ignored in this process, whatever thread starts the program.
    signal(SIGPIPE, SIG_IGN)
    let foreign = open("/etc/passwd", O_RDONLY)
    defer { close(foreign) }
    // ls has one more open: the folder that it lists.
    #expect(try await output(of: "echo $(ls /proc/self/fd)") == "0 1 2 3\n")
    let signals = try await output(of: "grep -E 'SigBlk|SigIgn' /proc/self/status")
    let sets = signals.split(separator: "\n").map { UInt64($0.suffix(16), radix: 16) }
    // 32 and 33 are the C library's own.
    #expect(sets.map { $0.map { $0 & ~0x1_8000_0000 } } == [0, 0], "\(signals)")
    let session =
      "test $(cut -d' ' -f6 /proc/$$/stat) = $$ && test $(cut -d' ' -f5 /proc/$$/stat) = $$"
    #expect(try await output(of: "\(session) && echo own") == "own\n")
  }

  @Test("It is the same with more files open than select(2) can name")
  func manyDescriptors() async throws {
    var limit = rlimit()
    try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 4096))
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    try #require(limit.rlim_cur >= 2000)
    let open = (0..<1500).map { _ in Glibc.open("/dev/null", O_RDONLY) }
    defer { for descriptor in open { close(descriptor) } }
    try #require(open.allSatisfy { $0 >= 0 })
    #expect(try await output(of: "cat; echo $(ls /proc/self/fd)", input: "in ") == "in 0 1 2 3\n")
  }

  @Test(
    "What it started is killed with it, at its end, at its limit, and when the task is cancelled")
  func children() async throws {
    for end in ["exit 0", "wait", "wait # cancelled"] {
      let folder = try TemporaryFolder()
      let file = folder.path("child")
      let program = shell(
        "sleep 600 & echo $! > \(file).new; mv \(file).new \(file); \(end)",
        timeLimit: end == "wait" ? .seconds(2) : .seconds(200))
      let task = Task { try await program.run() }
      while !FileManager.default.fileExists(atPath: file) { await Task.yield() }
      if end.hasSuffix("cancelled") { task.cancel() }
      switch await task.result {
      case .success(let ending): #expect(ending == (end == "wait" ? .late : .exit(0)))
      case .failure(let error): #expect(error is CancellationError && end.hasSuffix("cancelled"))
      }
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
      // Killed, and reaped by whoever takes orphans.
      while Self.isAlive(child) { await Task.yield() }
    }
  }

  private static func isAlive(_ process: pid_t) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status.map { !$0.contains(") Z ") } ?? false
  }

  @Test("A child that is left holding the output is not waited for")
  func heldOutput() async throws {
    #expect(try await output(of: "echo printed; sleep 600 &") == "printed\n")
  }

  @Test("It has the environment that it is given, and the folder")
  func environment() async throws {
    setenv("TENANTCTL_TEST_CHILD", "inherited", 1)
    let script = "echo ${TENANTCTL_TEST_CHILD-none}"
    #expect(try await output(of: script) == "inherited\n")
    #expect(try await output(of: script, environment: .only([:])) == "none\n")
    #expect(
      try await output(
        of: script, environment: .inherited(changing: ["TENANTCTL_TEST_CHILD": "changed"]))
        == "changed\n")
    var program = shell("pwd")
    program.folder = "/usr"
    let output = OutputBeginning(limit: 100)
    #expect(try await program.run(output: .read(output)) == .exit(0))
    #expect(output.bytes == Array("/usr\n".utf8))
  }

  @Test("What cannot be started is an error with the system's reason")
  func notStarted() async throws {
    for (path, number) in [("/no/such", ENOENT), ("/etc/passwd", EACCES), ("/usr", EACCES)] {
      let program = ChildProgram(path: path, environment: .inherited(), timeLimit: nil)
      // Root may look at everything, but executes only what is executable.
      await #expect(throws: SystemFailure(number: number)) { try await program.run() }
    }
  }

  @Test("A reader that wants no more ends the program, and one that fails is heard")
  func readers() async throws {
    struct Choosy: ProgramOutputReader {
      let error: SystemFailure?
      func read(from descriptor: borrowing FileDescriptor) throws -> ProgramOutputState {
        if let error { throw error }
        return .full
      }
    }
    #expect(try await shell("sleep 600").run(output: .read(Choosy(error: nil))) == .full)
    let error = SystemFailure(number: EIO)
    await #expect(throws: error) {
      try await shell("sleep 600").run(output: .read(Choosy(error: error)))
    }
  }

  @Test("No descriptor is left open")
  func noLeak() async throws {
    func count() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
    // swift-subprocess keeps a few for itself from the first program on.
    _ = try await output(of: "cat", input: "first")
    let before = try count()
    for _ in 0..<30 {
      _ = try await output(of: "cat", input: "again")
      _ = try? await ChildProgram(path: "/no/such", environment: .inherited(), timeLimit: nil).run()
    }
    // Tests beside this one open a few.
    #expect(try count() < before + 30)
  }
}
