internal import Foundation
internal import Synchronization

/// Somebody who uses the pages with curl: cookies are kept, redirects are not followed.
package final class PageVisitor: Sendable {
  /// What a request gave.
  package struct Answer: Sendable {
    package let status: Int
    /// Names in lower case.
    package let headers: [(name: String, value: String)]
    package let body: String

    /// The values of a header.
    package func all(_ name: String) -> [String] {
      headers.filter { $0.name == name }.map(\.value)
    }

    /// The proof that the page's forms bear.
    package var formToken: String? {
      body.firstMatch(of: /name="csrf" value="([^"]*)"/).map { String($0.1) }
    }
  }

  private let tenantctl: RunTenantctl
  private let base: String
  private let options: [String]
  private let curl: [String]
  private let cookies = Mutex<[String: String]>([:])

  /// - Parameters:
  ///   - tenantctl: whose folder the answers are written to.
  ///   - base: scheme, host and port.
  ///   - options: more words for curl.
  ///   - through: a program and its words that starts curl in another network.
  package init(
    _ tenantctl: RunTenantctl, _ base: String, options: [String] = [], through: [String] = []
  ) {
    self.tenantctl = tenantctl
    self.base = base
    self.options = options
    curl = through + ["/usr/bin/curl"]
  }

  /// Gets a page.
  package func get(_ path: String, options: [String] = []) async throws -> Answer {
    try await ask(path, options)
  }

  /// Sends a form.
  package func post(
    _ path: String, _ fields: [String: String], options: [String] = []
  ) async throws -> Answer {
    try await ask(
      path,
      fields.sorted { $0.key < $1.key }.flatMap { ["--data-urlencode", "\($0.key)=\($0.value)"] }
        + options)
  }

  /// Tries to sign in, with the form of the page.
  package func signIn(
    _ tenant: String, _ login: String, _ password: String, options: [String] = []
  ) async throws -> Answer {
    let form = try await get("/sign-in")
    return try await post(
      "/sign-in",
      [
        "csrf": form.formToken ?? "", "tenant": tenant, "login": login, "password": password,
      ], options: options)
  }

  /// Asks with more words for curl.
  package func ask(_ path: String, _ words: [String]) async throws -> Answer {
    let jar = cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
    let cookie = jar.isEmpty ? [] : ["--header", "Cookie: \(jar)"]
    let answer = try await tenantctl.start(
      curl.dropFirst() + ["--silent", "--show-error", "--include", "--max-time", "300"] + options
        + cookie + words + [base + path], program: URL(filePath: curl[0])
    ).answer()
    guard answer.code == 0 else { throw CommandFailed(description: "curl: \(answer.errors)") }
    return keep(try Self.answer(answer.output))
  }

  private func keep(_ answer: Answer) -> Answer {
    for cookie in answer.all("set-cookie") {
      let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      guard let name = pair.first else { continue }
      cookies.withLock { $0[String(name)] = pair.count > 1 ? String(pair[1]) : nil }
    }
    return answer
  }

  private static func answer(_ text: String) throws -> Answer {
    let parts = text.components(separatedBy: "\r\n\r\n")
    let lines = parts[0].components(separatedBy: "\r\n")
    guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw CommandFailed(description: "no answer: \(text.prefix(200))")
    }
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      let pair = line.split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { return nil }
      return (pair[0].lowercased(), pair[1].trimmingCharacters(in: .whitespaces))
    }
    return Answer(
      status: status, headers: headers,
      body: parts.dropFirst().joined(separator: "\r\n\r\n"))
  }
}
