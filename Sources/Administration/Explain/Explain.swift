package import Authorization
package import PluginContract
internal import Reconciliation
package import TenantCore

extension TenantSession {
  /// Why a directory user is or is not matched, as lines of text (R7).
  ///
  /// - Parameters:
  ///   - login: as somebody types it.
  ///   - naming: how a remedy is called where this is read; nil for none.
  package func explanation(
    login: String, naming: @escaping @Sendable (Remedy) -> String?
  ) async throws -> [String] {
    try await withPlugins { try await explainer(naming).explain(login: login) }
  }

  /// The explanation of one row.
  package func explanation(
    of key: RowKey, naming: @escaping @Sendable (Remedy) -> String? = { _ in nil }
  ) async throws -> [String] {
    try await withPlugins { try await explainer(naming).explain(key) }
  }

  private func explainer(
    _ naming: @escaping @Sendable (Remedy) -> String?
  ) async throws -> Explainer {
    Explainer(
      permit: permit, store: try await store(writable: false), matcher: try await matcher(),
      naming: naming)
  }
}

/// Why a login cannot be explained.
package enum ExplainError: Error, Sendable, CustomStringConvertible {
  case unknownLogin(String)
  case severalLogins(String, names: [String])
  case noCompleteRun(tenant: String)

  /// What is wrong, and the remedy.
  package var description: String {
    switch self {
    case .unknownLogin(let login):
      "there is no directory user '\(login)' in the snapshot"
    case .severalLogins(let login, let names):
      "'\(login)' matches \(names.joined(separator: " and ")): write it with its domain"
    case .noCompleteRun(let tenant):
      "tenant '\(tenant)' has no complete run yet"
    }
  }
}

extension ExplainError: ClassifiedError {
  package var failure: Failure {
    switch self {
    case .unknownLogin: Failure(.notAvailable, description, remedy: .showRows)
    case .severalLogins: Failure(.notAvailable, description)
    case .noCompleteRun: Failure(.incomplete, description, remedy: .sync)
    }
  }
}

/// Tells why one directory user is or is not matched (R7).
package struct Explainer: Sendable {
  let permit: Permit
  let store: any TenantStoring
  let matcher: any Matcher
  let naming: @Sendable (Remedy) -> String?

  /// - Parameter naming: how a remedy is called where this is read; nil for none.
  package init(
    permit: Permit, store: any TenantStoring, matcher: any Matcher,
    naming: @escaping @Sendable (Remedy) -> String? = { _ in nil }
  ) {
    self.permit = permit
    self.store = store
    self.matcher = matcher
    self.naming = naming
  }

  /// The explanation of one row, or of what became of it.
  package func explain(_ key: RowKey) async throws -> [String] {
    guard let run = try await store.lastCompleteRun(), let entry = try await store.entry(key) else {
      throw ExplainError.unknownLogin(key.description)
    }
    return try await explain(entry, run: run)
  }

  /// The explanation as lines of text, headings included.
  ///
  /// - Parameter login: as somebody types it.
  package func explain(login: String) async throws -> [String] {
    guard let run = try await store.lastCompleteRun() else {
      throw ExplainError.noCompleteRun(tenant: permit.tenant.name)
    }
    guard let name = LoginName(login),
      case let entries = try await store.entries(named: name), !entries.isEmpty
    else { throw ExplainError.unknownLogin(login) }
    guard Set(entries.map { CanonicalText.of($0.domain) }).count == 1 else {
      throw ExplainError.severalLogins(login, names: entries.map { "\($0.domain)\\\($0.login)" })
    }
    var lines: [String] = []
    for (index, entry) in entries.enumerated() {
      if index > 0 { lines.append("") }
      lines += try await explain(entry, run: run)
    }
    return lines
  }

  private func explain(_ entry: SnapshotEntry, run: RunRecord) async throws -> [String] {
    let keys = try await KeyExplanation(
      entry: entry, tenant: permit.tenant, matcher: matcher, users: try await store.users(),
      links: try await store.linkTable(), releases: try await store.releases())
    let name = LoginName(domain: entry.domain, login: entry.login)
    let changes = try await store.changes(before: nil, ofLogin: name, limit: .max)
      .map(\.change).filter { $0.guid == nil || $0.guid == entry.guid }
    return Explanation(entry: entry, run: run, changes: changes, naming: naming).lines(
      keys: keys.keyLines(), nearMisses: try await keys.nearMissLines())
  }
}
