package import Foundation

/// A command that must succeed, and did not.
package struct CommandFailed: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

extension RunTenantctl {
  /// Runs a command that must succeed, and gives its answer.
  @discardableResult
  package func done(_ words: String...) async throws -> String {
    let answer = try await run(words)
    guard answer.code == 0 else {
      throw CommandFailed(description: "\(words) gave \(answer.code): \(answer.errors)")
    }
    return answer.output
  }

  /// The text of a file below the folder.
  package func read(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  package func setMode(_ mode: Int, of name: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.path(name))
  }

  /// Every file of the state folder with its bytes, locks left out.
  package func stateContents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for path in (try? FileManager.default.subpathsOfDirectory(atPath: folder.path("state"))) ?? []
    where !path.hasSuffix(".lock") {
      contents[path] = FileManager.default.contents(atPath: folder.path("state/\(path)"))
    }
    return contents
  }

  /// A tenant's review as a script reads it.
  package func review(_ tenant: String) async throws -> ReviewDocument {
    let text = try await done("review", tenant, "--output", "json")
    return try JSONDecoder().decode(ReviewDocument.self, from: Data(text.utf8))
  }
}

/// `review --output json`, in the shape of tenant-file.md 3.
package struct ReviewDocument: Decodable, Sendable {
  package struct Row: Decodable, Sendable {
    package struct Reason: Decodable, Sendable {
      package var code: String
      package var message: String
      package var nextStep: String?
      package var candidates: [String]
    }
    package struct User: Decodable, Sendable {
      package var userName: String
      package var windowsLogin: String?
    }
    package var activeDirectoryLogin: String?
    package var distinguishedName: String
    package var domain: String
    package var status: String
    package var state: String
    package var enabled: Bool?
    package var locked: Bool?
    package var expired: Bool?
    package var reason: Reason
    package var user: User?

    package var code: String { reason.code }
    package var userName: String? { user?.userName }
  }
  package struct VanishedLink: Decodable, Sendable {
    package var userName: String
    package var state: String
  }
  package struct Finding: Decodable, Sendable {
    package var code: String
    package var subject: String?
    package var message: String
  }
  package struct Failure: Decodable, Sendable {
    package var message: String
  }

  package var users: [Row]
  package var vanishedLinks: [VanishedLink]
  package var unclaimed: [String]
  package var findings: [Finding]
  package var lastFailure: Failure?

  /// The rows by `DOMAIN\\login`, by login, and by distinguished name.
  package var rows: [String: Row] {
    var rows: [String: Row] = [:]
    for user in users {
      rows[user.distinguishedName] = user
      guard let login = user.activeDirectoryLogin else { continue }
      rows[login] = user
      rows["\(user.domain)\\\(login)"] = user
    }
    return rows
  }

  /// The states of links without a row, by user name.
  package var vanished: [String: String] {
    Dictionary(vanishedLinks.map { ($0.userName, $0.state) }) { first, _ in first }
  }
}
