internal import Administration
internal import TenantCore

/// Users and tokens in the access files of a state folder, which are read at each look.
struct AccessFiles: AccessEditing {
  private static let reading = ConcurrencyLimit(
    running: 4, queued: 1024, rejection: AccessFile.tooBusy)
  private static let editing = ConcurrencyLimit(
    running: 4, queued: 1024, rejection: AccessFile.tooBusy)
  /// Strangers can make it look through all files; one at a time leaves the machine to others.
  private static let searching = ConcurrencyLimit(
    running: 1, queued: 64, rejection: AccessFile.tooBusy)

  let state: StateFolder

  func passwordHash(of name: String, _ owner: AccessOwner) async throws -> String? {
    guard let file = file(of: owner) else { return nil }
    return try await Self.reading.runBlocking {
      try file.read().localUsers.first { $0.name == name }?.passwordHash
    }
  }

  func token(
    _ digest: [UInt8], _ owner: AccessOwner, at moment: Timestamp
  ) async throws -> KeptToken? {
    guard let file = file(of: owner) else { return nil }
    return try await Self.reading.runBlocking { try file.read().keptToken(digest, at: moment) }
  }

  /// A file that is damaged hides none of the others.
  func tenant(
    ofToken digest: [UInt8], among tenants: [String], at moment: Timestamp
  ) async throws -> String? {
    try await Self.searching.runBlocking {
      tenants.first { tenant in
        let content = try? file(of: .tenant(tenant))?.read()
        return content?.token(digest, at: moment) != nil
      }
    }
  }

  func content(_ owner: AccessOwner) async throws -> AccessContent {
    let file = try existing(owner)
    return try await Self.editing.runBlocking { try file.read() }
  }

  func edit(
    _ owner: AccessOwner, _ record: AccessChange,
    _ change: @escaping @Sendable (inout AccessContent) throws -> Void
  ) async throws {
    let (file, state) = (try existing(owner), state)
    let audit = state.auditLog
    try await Self.editing.runBlocking {
      try file.edit(
        change,
        willReplace: {
          // Under the file's lock, for which whoever moves the tenant waits once there is a note.
          if case .tenant(let name) = owner { try MovedStore.refuse(tenant: name, in: state) }
          try audit.record(record)
        })
    }
  }

  /// The file; nil for what cannot be a tenant's name.
  private func file(of owner: AccessOwner) -> AccessFile? {
    switch owner {
    case .tenant(let name): AccessFile(of: name, in: state)
    case .operators: AccessFile(ofOperatorsIn: state)
    }
  }

  private func existing(_ owner: AccessOwner) throws -> AccessFile {
    guard let file = file(of: owner) else { throw owner.refusal }
    return file
  }
}

extension AccessOwner {
  /// What is said of what cannot be a tenant's name.
  var refusal: StoreError {
    let name = if case .tenant(let name) = self { name } else { "" }
    return StoreError(.usage, "'\(name)' cannot be a tenant's name")
  }
}

extension AccessContent {
  /// The token with a digest; nil if there is none, or from the second on at which it expires.
  ///
  /// All are compared, so that the time does not tell which one it was.
  func token(_ digest: [UInt8], at moment: Timestamp) -> Token? {
    let same = tokens.filter { Sodium.areEqual($0.digest ?? [], digest) }
    return same.first.flatMap { moment < $0.expiresAt ? $0 : nil }
  }

  fileprivate func keptToken(_ digest: [UInt8], at moment: Timestamp) -> KeptToken? {
    token(digest, at: moment).map { token in
      KeptToken(
        name: token.name, roles: token.roles, expiresAt: token.expiresAt,
        operatorName: token.operator.flatMap { name in
          localUsers.contains { $0.name == name } ? name : nil
        })
    }
  }
}
