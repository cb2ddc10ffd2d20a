package import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// The built service on the folders of a ``RunTenantctl``, at a port that the system chose.
package struct RunTenantd: Sendable {
  package let started: RunTenantctl.Started
  private let port: Int

  /// The program beside the test bundle.
  package static let program = RunTenantctl.program.deletingLastPathComponent()
    .appending(path: "tenantd")

  /// Starts the service and waits until it answers.
  ///
  /// - Parameters:
  ///   - before: commands of a shell that the service then takes the place of, in a mount namespace in which it may
  ///     mount; nil for none.
  ///   - through: a program and its words that starts the service in other namespaces, such as nsenter(1). Unless it is
  ///     within the network of the tests, ``page(_:method:)`` does not reach it.
  package init(
    _ tenantctl: RunTenantctl, _ words: String..., before: String? = nil, through: [String] = []
  ) async throws {
    try await self.init(tenantctl, words: words, before: before, through: through)
  }

  /// Starts the service and waits until it answers.
  package init(
    _ tenantctl: RunTenantctl, words: [String], before: String? = nil, through: [String] = []
  ) async throws {
    var command = through + [Self.program.path, "--address", "127.0.0.1:0"] + words
    if let before {
      command =
        ["/usr/bin/unshare"] + Namespaces.words("--mount")
        + ["/bin/sh", "-c", "\(before)\nexec \"$0\" \"$@\""] + command
    }
    started = try tenantctl.start(
      Array(command.dropFirst()), program: URL(filePath: command[0]))
    let log = started.log
    let isServing = words.contains("--listen")
    port = try await wait("the port") {
      let text = try log()
      let pages = text.firstMatch(of: /the pages are served port=([0-9]+)/).map { $0.1 }
      if isServing, pages == nil { return nil }
      // Both servers say where they listen, in either order.
      return text.matches(of: /listening on 127\.0\.0\.1:([0-9]+)/).map { $0.1 }
        .first { $0 != pages }.flatMap { Int($0) }
    }
  }

  /// The port of the pages, if it was started with `--listen 127.0.0.1:0`.
  package func pagesPort() async throws -> Int {
    try await wait("the port of the pages") {
      try started.log().firstMatch(of: /the pages are served port=([0-9]+)/).flatMap { Int($0.1) }
    }
  }

  /// A page's status and text.
  package func page(_ path: String, method: String = "GET") async throws -> (Int, String) {
    let url = URL(string: "http://127.0.0.1:\(port)\(path)")
    guard let url else { throw CommandFailed(description: "\(path) is no path") }
    var request = URLRequest(url: url)
    request.httpMethod = method
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
  }

  /// The value of a metric; nil if there is none with these labels.
  package func metric(_ name: String) async throws -> Double? {
    let text = try await page("/metrics").1
    return text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      .flatMap { Double($0.dropFirst(name.count + 1)) }
  }

  /// The complete runs of a tenant.
  package func completeRuns(_ tenant: String) async throws -> Int {
    let name = "tenantctl_runs_total{tenant=\"\(tenant)\",outcome=\"complete\"}"
    return Int(try await metric(name) ?? 0)
  }

  /// Waits until the service has made so many more runs of a tenant.
  package func waitForRuns(_ tenant: String, more: Int = 1) async throws {
    let before = try await completeRuns(tenant)
    try await wait("a run of \(tenant)") {
      try await completeRuns(tenant) >= before + more ? true : nil
    }
  }

  /// Waits until the service logs a text.
  package func waitForLog(_ text: String) async throws {
    try await wait(text) { try started.log().contains(text) ? true : nil }
  }

  package func signal(_ number: Int32) { kill(started.id, number) }

  /// Ends the service as an operator does.
  package func stop() async throws -> RunTenantctl.Answer {
    signal(SIGTERM)
    return try await started.answer()
  }
}

extension RunTenantctl.Started {
  /// What it has written to standard output so far.
  package func printed() throws -> String { try String(contentsOfFile: output, encoding: .utf8) }

  /// What it has written to standard error so far.
  package func log() throws -> String { try String(contentsOfFile: errors, encoding: .utf8) }
}

/// Waits until there is something, for as long as a busy machine may need.
@discardableResult
package func wait<Value>(
  _ what: String, until found: () async throws -> Value?
) async throws -> Value {
  for _ in 0..<6000 {
    if let value = try await found() { return value }
    try await Task.sleep(for: .milliseconds(20))
  }
  throw CommandFailed(description: "there never was \(what)")
}
