import Foundation
import Harness
import PluginContract
import PluginHost
import Testing

/// What a plugin cannot do, tried from inside. Each attempt is also made outside, where it must
/// succeed: otherwise it proves nothing.
///
/// They need a kernel with user namespaces, Landlock and seccomp.
@Suite("A plugin is shut off from the machine", .timeLimit(.minutes(5)))
struct IsolationTests {
  private let folder: TemporaryFolder
  private let listeners: Listeners
  private let attempts: BreakOut

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("password", to: "secret-\(getpid())")
    listeners = try Listeners(path: folder.path("socket"))
    attempts = BreakOut(
      host: getpid(), secret: folder.path("secret-\(getpid())"), folder: folder.path("."),
      listeners: listeners)
    setenv("TENANTCTL_TEST_SECRET", "password", 1)
  }

  private func breaches(in text: some Sequence<String>) -> Set<String> {
    Set(text.filter { $0.hasPrefix("breach ") }.map { String($0.dropFirst(7)) })
  }

  @Test("processes, memory, files, sockets, environment and privileges are out of reach")
  func inside() throws {
    let noted = Fault(.plugin, "a plugin that reads its parent, files, sockets and the environment")
    let fault =
      attempts.lines + "\ndef batch(*q):\n    break_out()\n    write(KEYS, keys(q[0], q[4]))"
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    #expect(try host.ask().recordCount == 3)
    #expect(host.remains == [])
    let said = host.log.entries.map(\.text)
    #expect(said.contains("tried"), "\(said)")
    #expect(breaches(in: said) == [])
    #expect(try listeners.callers() == [])
    #expect(try folder.entries() == ["secret-\(getpid())", "socket", "socket.datagrams"])
    #expect(try folder.mode("secret-\(getpid())") == 0o600)
    noted.survived("every attempt fails, the run goes on")
  }

  @Test("the same attempts succeed in a program that is not shut off")
  func outside() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-I", "-c", attempts.lines + "\nbreak_out()"]
    process.currentDirectoryURL = URL(filePath: folder.path("."))
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let data = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let said = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    let needed: Set<String> = [
      "proc-cmdline", "proc", "kill-0", "kill-cont", "pidfd", "secret-read", "secret-write",
      "secret-chmod", "secret-utime", "secret-link", "secret-rename", "folder-list",
      "folder-write", "folder-mkdir", "temporary-list", "tcp", "udp", "abstract", "path",
      "datagram-pair", "environment", "new-privileges", "memory",
    ]
    #expect(needed.subtracting(breaches(in: said)) == [], "\(said)")
    #expect(
      Set(try listeners.callers()) == ["tcp", "udp", "abstract", "path", "datagram-pair"])
    try? FileManager.default.removeItem(atPath: "/tmp/secret-\(getpid())")
  }

  @Test("it holds no capability, and none can come back")
  func capabilities() throws {
    let noted = Fault(.plugin, "a plugin that looks for capabilities")
    let fault = """
      def batch(*q):
          for line in open("/proc/self/status"):
              if line.startswith(("Cap", "NoNewPrivs", "Seccomp:")): say(*line.split())
          write(KEYS, keys(q[0], q[4]))
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    try host.ask()
    #expect(host.remains == [])
    let said = host.log.entries.map(\.text)
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"] {
      #expect(said.contains("\(set) 0000000000000000"), "\(said)")
    }
    #expect(said.contains("NoNewPrivs: 1") && said.contains("Seccomp: 2"), "\(said)")
    noted.survived("none, no new privileges, seccomp is on")
  }

  @Test("no file is emptied and no process slowed, whatever Landlock's version")
  func systemCalls() throws {
    let noted = Fault(.plugin, "a plugin that empties files and slows processes")
    // EPERM is seccomp's answer; Landlock's would be EACCES, in some versions only.
    let fault = """
      libc = ctypes.CDLL(None, use_errno=True)
      def attempt(name, *words):
          result = getattr(libc, name)(*words)
          say(name, result, ctypes.get_errno())
      def batch(*q):
          program = b"/proc/self/fd/3"
          attempt("truncate", program, ctypes.c_long(0))
          attempt("open", program, os.O_RDONLY | os.O_TRUNC)
          attempt("setpriority", 0, 1, 19)
          limit = (ctypes.c_ulong * 2)(1, 1)
          attempt("prlimit", 1, 1, limit, None)
          with open("own", "w") as own: own.write("still allowed")
          say("prlimit of its own", libc.prlimit(0, 4, None, limit))
          write(KEYS, keys(q[0], q[4]))
      """
    let host = try HostedPlugin(PythonPlugin(fault: fault))
    try host.ask()
    #expect(host.remains == [])
    let said = host.log.entries.map(\.text)
    for call in ["truncate", "open", "setpriority", "prlimit"] {
      #expect(said.contains("\(call) -1 1"), "\(said)")
    }
    #expect(said.contains("prlimit of its own 0"), "\(said)")
    noted.survived("EPERM")
  }

  private static let forking = """
    def batch(*q):
        started = 0
        try:
            for _ in range(200):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0: signal.pause()
                    os._exit(0)
                started += 1
        except OSError: pass
        say("started", started)
        write(KEYS, keys(q[0], q[4]))
    """

  @Test("what a plugin started, daemons too, is gone with it")
  func daemons() throws {
    let noted = Fault(.plugin, "a plugin that forks two hundred daemons")
    let host = try HostedPlugin(PythonPlugin(fault: Self.forking))
    try host.ask()
    #expect(!Processes.with(argument: host.folder.marker).isEmpty)
    #expect(host.remains == [])
    noted.survived("all are gone with it")
  }

  @Test(
    "a plugin starts fewer than 64 processes",
    .enabled("the kernel does not count root's processes, setrlimit(2)") { getuid() != 0 })
  func processLimit() throws {
    let host = try HostedPlugin(PythonPlugin(fault: Self.forking))
    try host.ask()
    #expect(host.remains == [])
    let started = host.log.entries.compactMap { Int($0.text.dropFirst("started ".count)) }
    #expect(!started.isEmpty && started.allSatisfy { $0 < 64 }, "\(started)")
  }
}
