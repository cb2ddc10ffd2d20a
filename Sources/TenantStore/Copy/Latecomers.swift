internal import Administration
internal import TenantCore

/// What changed beside a tenant's store while the store was copied: who may sign in, and lines of the audit.
///
/// Once the source is noted as moved nobody may sign in otherwise than before, and what its audit gets is of reading what
/// is left there.
struct Latecomers: Sendable {
  /// Who may sign in: as it was sent, and as it is.
  private let access: (old: AccessContent, new: AccessContent)
  private let lines: [AuditLine]

  /// Compares what was sent with what is at the source now.
  ///
  /// - Parameter own: the line of the copy itself.
  init(sent: TenantBeside, now: TenantBeside, but own: AuditLine) throws {
    access = (sent.access, now.access)
    lines = try now.lines(missingIn: sent.audit + [own])
  }

  /// For whoever copied; nil if nothing came late.
  var words: String? {
    let parts = [
      access.old == access.new ? nil : "who may sign in",
      lines.isEmpty ? nil : "\(lines.count) line\(lines.count == 1 ? "" : "s") of the audit",
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }

  /// Writes it to the target, over what somebody may have changed there meanwhile.
  func write(of tenant: String, to place: TenantBeside.Place, _ database: StoreDatabase) throws {
    var beside = try TenantBeside(of: tenant, in: place, database)
    beside.access.take(from: access.old, to: access.new)
    beside.audit = lines
    try beside.write(of: tenant, to: place, database)
  }
}

extension AccessContent {
  /// Makes the changes that lead from one content to another.
  fileprivate mutating func take(from old: AccessContent, to new: AccessContent) {
    let (users, tokens) = (
      new.localUsers.filter { !old.localUsers.contains($0) },
      new.tokens.filter { !old.tokens.contains($0) }
    )
    localUsers.removeAll { user in
      users.contains { $0.name == user.name }
        || old.localUsers.contains { $0.name == user.name }
          && !new.localUsers.contains { $0.name == user.name }
    }
    self.tokens.removeAll { token in
      tokens.contains { $0.name == token.name }
        || old.tokens.contains { $0.name == token.name }
          && !new.tokens.contains { $0.name == token.name }
    }
    localUsers += users
    self.tokens += tokens
  }
}

extension TenantTransfer {
  /// Takes along what changed beside the store meanwhile; the summary says so, or that it stayed behind.
  func takeAlong(whatIsNotIn sent: TenantBeside, _ summary: inout Summary) async {
    let own = departure(summary.digest)
    var words = "what changed beside the store while it was copied"
    do {
      let late = try await source.read { [self] database in
        try Latecomers(
          sent: sent, now: TenantBeside(settled: tenant, in: places.source, database), but: own)
      }
      guard let found = late.words else { return }
      words = found
      try await target.engine.write(evenIfMoved: false) { [self] database in
        try late.write(of: tenant, to: places.target, database)
      }
      summary.add("\(words) came while it was copied, and was taken along")
    } catch {
      summary.add(
        "\(words) stayed behind in \(names.source): \(Failure(error).message); make it again in "
          + "\(names.target)")
    }
  }
}

extension TenantTransfer.Summary {
  fileprivate mutating func add(_ words: String) {
    note = note.map { "\($0); \(words)" } ?? words
  }
}
