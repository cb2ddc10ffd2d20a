internal import PluginContract
internal import TenantCore

/// What linked tenant users take from the directory (S1 to S4, S7).
struct UserChangePlanner: Sendable {
  /// The most spoiled values that are named one by one; the rest is counted.
  static let maximumNotes = 50

  private let rows: DirectoryRows
  private let users: TenantUsers
  private let tenant: Tenant
  private let missing: MissingAttributes
  /// For each batch of users, the Windows logins.
  private let logins: [PackedColumn?]
  /// For each directory, `DOMAIN\`.
  private let prefixes: [[UInt8]]
  private let areFiles: [Bool]

  init(rows: DirectoryRows, users: TenantUsers, tenant: Tenant, missing: MissingAttributes) {
    self.rows = rows
    self.users = users
    self.tenant = tenant
    self.missing = missing
    logins = users.batches.map { $0.records.column(TenantField.windowsLogin.rawValue)?.raw }
    prefixes = tenant.directories.map { Array("\($0.domain)\\".utf8) }
    areFiles = tenant.directories.map(\.isFile)
  }

  /// What some rows change, in their order.
  struct Found: Sendable {
    fileprivate var entries: [UserChanges.Entry] = []
    fileprivate var spoiled: [Finding] = []
  }

  /// The changes in user order, and a `conflict` finding for each value that was skipped.
  func changes(of planned: [PlannedRow]) -> (changes: UserChanges, findings: [Finding]) {
    let all = changes([found(in: planned.indices, of: planned)])
    return (all.changes, all.spoiled + all.findings)
  }

  /// The same, by several processors; of spoiled values so many are named that a person can read them.
  ///
  /// - Throws: `CancellationError`.
  func changes(
    of planned: [PlannedRow], _ partitions: Partitions
  ) async throws -> (changes: UserChanges, findings: [Finding]) {
    let parts = partitions.ranges(of: planned.count)
    let all = changes(
      try await partitions.map(parts.indices) { found(in: parts[$0], of: planned) })
    return (all.changes, bounded(all.spoiled) + all.findings)
  }

  private func found(in range: Range<Int>, of planned: [PlannedRow]) -> Found {
    var found = Found()
    for row in range where planned[row].user >= 0 {
      let place = rows.places[row]
      guard rows.fault(place) == nil else { continue }
      let user = Int(planned[row].user)
      let parts = parts(of: user, place, &found.spoiled)
      guard !parts.isEmpty else { continue }
      found.entries.append(
        UserChanges.Entry(
          user: user, row: row, batch: place.batch, record: place.record, parts: parts))
    }
    return found
  }

  private func changes(
    _ found: [Found]
  ) -> (changes: UserChanges, spoiled: [Finding], findings: [Finding]) {
    // One-to-one: a user has one row.
    var places = [Int32](repeating: -1, count: users.count)
    let entries = found.flatMap(\.entries)
    for (place, entry) in entries.enumerated() { places[Int(entry.user)] = Int32(place) }
    let ordered = places.lazy.filter { $0 >= 0 }.map { entries[Int($0)] }
    let resolved = UniqueValues(users: users).resolve(Array(ordered), self)
    return (made(resolved.entries), found.flatMap(\.spoiled), resolved.findings)
  }

  /// Entries with their values.
  func made(_ entries: [UserChanges.Entry]) -> UserChanges {
    UserChanges(
      entries, directoryUsers: rows.batches, users: users, domains: rows.domains)
  }

  /// What a user would take into a field, as read; nil if it is blank.
  func newValue(_ field: TenantField, _ entry: UserChanges.Entry) -> [UInt8]? {
    let place = DirectoryRows.Place(batch: entry.batch, record: entry.record)
    if field == .windowsLogin {
      return prefixes[rows.directory(place)] + rows.loginBytes(place)
    }
    return ProfileField.allCases.first { $0.tenantField == field }
      .flatMap { nonBlank(rows.bytes($0, place)) }.map(Array.init)
  }

  // MARK: - One user

  private func parts(
    of user: Int, _ place: DirectoryRows.Place, _ spoiled: inout [Finding]
  ) -> UserChangeParts {
    let (batch, record) = users.locate(user)
    var parts: UserChangeParts = []
    for (position, field) in ProfileField.allCases.enumerated() {
      let new = nonBlank(rows.bytes(field, place))
      let old = nonBlank(users.batches[batch].value(position, in: .recording, of: record))
      guard new != old, new != nil || clears(field, place) else { continue }
      if let finding = spoiling(field, new, beside: old, of: user, place) {
        spoiled.append(finding)
        continue
      }
      parts.insert(.field(position))
    }
    if !hasLogin(place, batch, record) {
      if let finding = spoilingLogin(of: user, place) {
        spoiled.append(finding)
      } else {
        parts.insert(.windowsLogin)
      }
    }
    if !users.batches[batch].isLoginLocked[record] { parts.insert(.lock) }
    return parts
  }

  /// S3: a blank value clears only where the directory tells this attribute at all.
  private func clears(_ field: ProfileField, _ place: DirectoryRows.Place) -> Bool {
    tenant.synchronization.blankValues == .clear
      && !missing.isUntold(field, inDirectory: rows.directory(place))
  }

  /// S2: the Windows login is `DOMAIN\sAMAccountName` while linked.
  private func hasLogin(_ place: DirectoryRows.Place, _ batch: Int, _ record: Int) -> Bool {
    let old = logins[batch]?.first(of: record) ?? []
    let (prefix, login) = (prefixes[rows.directory(place)], rows.loginBytes(place))
    return old.count == prefix.count + login.count && old.prefix(prefix.count) == prefix[...]
      && old.dropFirst(prefix.count) == login
  }

  // MARK: - Spoiled values

  /// S7: why a value of a file is not written. A value that would be the first of its profile is
  /// held against the one that counts now.
  private func spoiling(
    _ field: ProfileField, _ new: ArraySlice<UInt8>?, beside old: ArraySlice<UInt8>?,
    of user: Int, _ place: DirectoryRows.Place
  ) -> Finding? {
    guard areFiles[rows.directory(place)], let new else { return nil }
    let (batch, record) = users.locate(user)
    func effective() -> ArraySlice<UInt8>? {
      users.batches[batch].records.column(field.tenantField.rawValue)?.raw.first(of: record)
    }
    guard let kept = old ?? nonBlank(effective()), kept != new else { return nil }
    return finding(field.tenantField, new, beside: kept, of: user)
  }

  private func spoilingLogin(of user: Int, _ place: DirectoryRows.Place) -> Finding? {
    let (batch, record) = users.locate(user)
    guard areFiles[rows.directory(place)],
      let old = nonBlank(logins[batch]?.first(of: record)).map({
        String(decoding: $0, as: UTF8.self)
      })
    else { return nil }
    // The domain is the tenant file's, not the export's.
    let typed = LoginName(old)
    let name = if let typed, case .domain = typed.qualifier { typed.login } else { old }
    return finding(
      .windowsLogin, rows.loginBytes(place), beside: Array(name.utf8)[...], of: user)
  }

  private func finding(
    _ field: TenantField, _ new: ArraySlice<UInt8>, beside kept: ArraySlice<UInt8>, of user: Int
  ) -> Finding? {
    let isIdentifier = field == .employeeId || field == .windowsLogin
    guard let damage = SpoiledValue(new, beside: kept).damage(isIdentifier: isIdentifier) else {
      return nil
    }
    let (new, kept) = (String(decoding: new, as: UTF8.self), String(decoding: kept, as: UTF8.self))
    return Finding(
      .conflict, subject: users.userName(of: user),
      message: "\(field.rawValue) '\(new)' of the file was not written, "
        + "'\(kept)' stays: \(damage.remedy)")
  }

  private func bounded(_ findings: [Finding]) -> [Finding] {
    let rest = findings.count - Self.maximumNotes
    guard rest > 0 else { return findings }
    return findings.prefix(Self.maximumNotes) + [
      Finding(
        .conflict,
        message: "\(rest) more values of the file look damaged, too, and were not written")
    ]
  }

  /// S3: missing and empty are the same.
  private func nonBlank(_ value: ArraySlice<UInt8>?) -> ArraySlice<UInt8>? {
    guard let value, value.contains(where: { $0 != 0x20 }) else { return nil }
    return value
  }
}
