import Foundation
import Harness

/// Clients of the service that do not behave, in a process of their own, which may have as many
/// descriptors as it likes. They hold what they opened until they are stopped.
struct RoughClients {
  private let started: RunTenantctl.Started

  /// Opens connections that say nothing.
  ///
  /// - Parameter networks: from how many addresses they come, 127.1.0.1 the first.
  init(idle count: Int, networks: Int, port: Int, _ tenantctl: RunTenantctl) async throws {
    try await self.init(
      """
      for number in range(\(count)):
          place = number % \(networks)
          connect(f"127.1.{place // 250}.{place % 250 + 1}", wait=False)
      """, port: port, tenantctl)
  }

  /// Sends bytes on connections of their own and reads nothing but the first line of each answer, which
  /// ``statuses()`` gives.
  init(sending requests: [String], readsStatus: Bool, port: Int, _ tenantctl: RunTenantctl)
    async throws
  {
    let encoder = JSONEncoder()
    // Python has no escape for a slash.
    encoder.outputFormatting = .withoutEscapingSlashes
    let list = String(decoding: try encoder.encode(requests), as: UTF8.self)
    try await self.init(
      """
      for request in \(list):
          connection = connect("127.1.0.1")
          connection.sendall(request.encode())
          if \(readsStatus ? "True" : "False"):
              print(connection.recv(12).decode(), file=sys.stderr, flush=True)
      """, port: port, tenantctl)
  }

  private init(_ body: String, port: Int, _ tenantctl: RunTenantctl) async throws {
    let script = """
      import resource, socket, sys, time
      hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
      resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
      held = []
      def connect(source, wait=True):
          connection = socket.socket()
          connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
          connection.bind((source, 0))
          connection.setblocking(wait)
          connection.connect_ex(("127.0.0.1", \(port)))
          held.append(connection)
          return connection
      \(body)
      print("all are open", file=sys.stderr, flush=True)
      time.sleep(100000)
      """
    started = try tenantctl.start(["-c", script], program: URL(filePath: "/usr/bin/python3"))
    let log = started.log
    try await wait("the clients") { try log().contains("all are open") ? true : nil }
  }

  /// The statuses of the answers, in order.
  func statuses() throws -> [Int] {
    try started.log().matches(of: /HTTP\/1.1 ([0-9]+)/).compactMap { Int($0.1) }
  }

  /// Closes all connections.
  func stop() async throws {
    kill(started.id, SIGKILL)
    _ = try await started.answer()
  }
}
