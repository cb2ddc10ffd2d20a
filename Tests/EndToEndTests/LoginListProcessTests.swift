import Foundation
import Harness
import Testing

/// Many that are unlinked and relinked at once, from a list (U1 to U3).
@Suite(.timeLimit(.minutes(10)))
struct LoginListProcessTests {
  /// So many that a command line would take long.
  private static let people = 300

  private func installation() async throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    try tenantctl.addTenant(
      "acme", ldif: (1...Self.people).map { LDIF.person("user\($0)", number: $0) }.joined())
    let users = (1...Self.people).map { "user\($0),ACME\\user\($0)\n" }.joined()
    try tenantctl.folder.write("userName,windowsLogin\n\(users)", to: "users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
    try await tenantctl.done("sync", "acme")
    return tenantctl
  }

  private func linked(_ tenantctl: RunTenantctl) async throws -> Int {
    try await tenantctl.review("acme").users.count { $0.status == "Matched" }
  }

  @Test
  func
    `a file says whom, in every form of a login; all are unlinked, and relinked from standard input`()
    async throws
  {
    let tenantctl = try await installation()
    let logins = (1..<Self.people).map { $0 % 2 == 0 ? "ACME\\USER\($0)\r\n" : "\n user\($0)\n" }
    try tenantctl.folder.write(logins.joined(), to: "list.txt")
    let list = tenantctl.folder.path("list.txt")
    let before = try tenantctl.stateContents()
    let dry = try await tenantctl.run(["unlink", "acme", "--from", list, "--dry-run"])
    #expect(dry.code == 0, "\(dry.errors)")
    #expect(try tenantctl.stateContents() == before)
    let done = try await tenantctl.run(["unlink", "acme", "--from", list, "--reason", "left"])
    #expect(done.code == 0, "\(done.errors)")
    #expect(dry.output.replacing("would be done: ", with: "") == done.output)
    #expect(try await linked(tenantctl) == 1)
    let back = try await tenantctl.shell("cat '\(list)' | \"$0\" relink acme --from -")
    #expect(back.code == 0, "\(back.errors)")
    #expect(try await linked(tenantctl) == Self.people)
  }

  /// What a shell names in place of a file: the end of a pipe that is open, and a pipe that nobody writes yet.
  private static let pipes = [
    ("<(sleep 0.5; cat LIST)", ""), ("pipe", "mkfifo pipe; (sleep 0.5; cat LIST >pipe) &"),
  ]

  @Test(arguments: pipes)
  func `what a command reads may come through a pipe, however late`(
    pipe: String, before: String
  ) async throws {
    let tenantctl = try await installation()
    let folder = tenantctl.folder
    try folder.write("user1\nuser2\n", to: "list.txt")
    try folder.write(
      "activeDirectoryLogin,action,userName\nACME\\user3,unlink,user3\n", to: "links.csv")
    try folder.write("userName,windowsLogin\nlate,ACME\\late\n", to: "late.csv")
    for (command, list) in [
      ("unlink acme --from", "list.txt"), ("links import acme", "links.csv"),
      ("users import acme", "late.csv"),
    ] {
      let line = "rm -f pipe; \(before) \"$0\" \(command) \(pipe)"
      let answer = try await tenantctl.shell(
        line.replacing("LIST", with: "'\(folder.path(list))'"), in: "/bin/bash")
      #expect(answer.code == 0, "\(command): \(answer.errors)")
    }
    #expect(try await linked(tenantctl) == Self.people - 3)
    #expect(try await tenantctl.done("users", "list", "acme").contains("late"))
  }

  @Test
  func `every line that cannot be done is named, and nothing is done`() async throws {
    let tenantctl = try await installation()
    try tenantctl.folder.write("user1\n\nnobody\nuser2\nuser\u{7}3\n", to: "list.txt")
    let list = tenantctl.folder.path("list.txt")
    let before = try tenantctl.stateContents()
    let answer = try await tenantctl.run(["unlink", "acme", "--from", list])
    #expect(answer.code == 78)
    #expect(answer.errors.contains("\(list):3: "))
    #expect(answer.errors.contains("\(list):5: "))
    #expect(!answer.errors.contains("\(list):1: "))
    let relink = try await tenantctl.shell(
      "printf 'user1\\n\\377\\n' | \"$0\" relink acme --from -")
    #expect(relink.code == 78 && relink.errors.contains("standard input:2: "), "\(relink.errors)")
    #expect(try tenantctl.stateContents() == before)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal ends the wait for standard input`(signal: CInt) async throws {
    let tenantctl = try await installation()
    // The program has the signals from when it catches them.
    let answer = try await tenantctl.shell(
      """
      mkfifo input
      sleep 60 > input & writer=$!
      "$0" unlink acme --from - < input & reader=$!
      until [ $((0x$(sed -n 's/^SigCgt:\\t*//p' /proc/$reader/status) & 0x4000)) -ne 0 ]; do
        sleep 0.1
      done
      sleep 1
      kill -\(signal) $reader
      wait $reader; code=$?
      kill $writer
      exit $code
      """)
    #expect(answer.code == 130, "\(answer)")
  }
}
