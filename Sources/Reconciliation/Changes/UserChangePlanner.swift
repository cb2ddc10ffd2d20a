internal import PluginContract
internal import TenantCore

/// What linked tenant users take from the directory (S1 to S4, S7).
struct UserChangePlanner: Sendable {
  /// The most spoiled values that are named one by one; the rest is counted.
  static let maximumNotes = 50

  private let rows: DirectoryRows
  private let users: TenantUsers
  private let values: UserValues
  private let tenant: Tenant
  private let missing: MissingAttributes
  /// For each directory, `DOMAIN\`.
  private let prefixes: [[UInt8]]
  private let areFiles: [Bool]

  init(rows: DirectoryRows, users: TenantUsers, tenant: Tenant, missing: MissingAttributes) {
    self.rows = rows
    self.users = users
    self.tenant = tenant
    self.missing = missing
    values = UserValues(users)
    prefixes = tenant.directories.map { Array("\($0.domain)\\".utf8) }
    areFiles = tenant.directories.map(\.isFile)
  }

  /// What some rows change.
  struct Found: Sendable {
    fileprivate var entries: [UserChanges.Entry] = []
    /// The values of theirs that may become double.
    fileprivate var proposed: [UniqueValues.Proposed] = []
    fileprivate var spoiled: [(row: Int, finding: Finding)] = []
  }

  /// The changes in user order, and a `conflict` finding for each value that was skipped.
  func changes(of planned: [PlannedRow]) -> (changes: UserChanges, findings: [Finding]) {
    let all = changes([found(of: planned.indices, planned)])
    return (all.changes, all.spoiled + all.findings)
  }

  /// The same, by several processors; of spoiled values so many are named that a person can read them.
  ///
  /// - Throws: `CancellationError`.
  func changes(
    of planned: [PlannedRow], _ partitions: Partitions
  ) async throws -> (changes: UserChanges, findings: [Finding]) {
    // As they were read, so that the directory's values are met in the order of their memory.
    let read = rows.rowsAsRead
    let parts = partitions.ranges(of: read.count)
    let all = changes(
      try await partitions.map(parts.indices) { part in
        found(of: read[parts[part]].lazy.filter { $0 >= 0 }.map(Int.init), planned)
      })
    return (all.changes, bounded(all.spoiled) + all.findings)
  }

  private func found(of rows: some Sequence<Int>, _ planned: [PlannedRow]) -> Found {
    var found = Found()
    var piece: [Int] = []
    for row in rows where planned[row].user >= 0 {
      piece.append(row)
      guard piece.count == RecordBatch.maximumCount else { continue }
      add(piece, planned, to: &found)
      piece.removeAll(keepingCapacity: true)
    }
    add(piece, planned, to: &found)
    found.proposed = UniqueValues(users: users).proposed(by: found.entries, self)
    return found
  }

  /// Adds what some rows with users change.
  private func add(_ rows: [Int], _ planned: [PlannedRow], to found: inout Found) {
    let known = values.known(of: rows.map { planned[$0].user })
    let places = rows.map { self.rows.places[$0] }
    for (index, row) in rows.enumerated() where self.rows.fault(places[index]) == nil {
      let place = places[index]
      let user = Int(planned[row].user)
      var spoiled: [Finding] = []
      let parts = parts(of: user, place, beside: known, index, &spoiled)
      for finding in spoiled { found.spoiled.append((row, finding)) }
      guard !parts.isEmpty else { continue }
      found.entries.append(
        UserChanges.Entry(
          user: user, row: row, batch: place.batch, record: place.record, parts: parts))
    }
  }

  private func changes(
    _ found: [Found]
  ) -> (changes: UserChanges, spoiled: [Finding], findings: [Finding]) {
    // One-to-one: a user has one row.
    var places = [Int32](repeating: -1, count: users.count)
    let entries = found.flatMap(\.entries)
    for (place, entry) in entries.enumerated() { places[Int(entry.user)] = Int32(place) }
    let resolved = UniqueValues(users: users).resolve(
      places.filter { $0 >= 0 }.map { entries[Int($0)] }, proposed: found.flatMap(\.proposed), self)
    let spoiled = found.flatMap(\.spoiled).enumerated()
      .sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }
    return (made(resolved.entries), spoiled.map(\.element.finding), resolved.findings)
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

  /// True if a user would take into a field what canonical bytes say, as far as that is told without
  /// making the canonical form: false says nothing.
  func takes(_ field: TenantField, _ entry: UserChanges.Entry, as canonical: ArraySlice<UInt8>)
    -> Bool
  {
    let place = DirectoryRows.Place(batch: entry.batch, record: entry.record)
    if field == .windowsLogin {
      let prefix = prefixes[rows.directory(place)]
      return CanonicalText.isPlainly(canonical.prefix(prefix.count), formOf: prefix[...])
        && CanonicalText.isPlainly(
          canonical.dropFirst(prefix.count), formOf: rows.loginBytes(place))
    }
    return ProfileField.allCases.first { $0.tenantField == field }
      .flatMap { rows.bytes($0, place) }
      .map { CanonicalText.isPlainly(canonical, formOf: $0) } ?? false
  }

  // MARK: - One user

  private func parts(
    of user: Int, _ place: DirectoryRows.Place, beside known: KnownValues, _ index: Int,
    _ spoiled: inout [Finding]
  ) -> UserChangeParts {
    // Bits: an option set of another module is not put together where it is used.
    var parts: UInt8 = 0
    for (position, field) in ProfileField.allCases.enumerated() {
      let new = nonBlank(rows.bytes(field, place))
      let old = nonBlank(known.recording[position].first(of: index))
      guard new != old, new != nil || clears(field, place) else { continue }
      if let finding = spoiling(field, new, beside: old, of: user, place) {
        spoiled.append(finding)
        continue
      }
      parts |= 1 << UInt8(truncatingIfNeeded: position)
    }
    if !hasLogin(place, known.logins.first(of: index)) {
      if let finding = spoilingLogin(of: user, place) {
        spoiled.append(finding)
      } else {
        parts |= Self.windowsLoginBit
      }
    }
    if !known.isLoginLocked[index] { parts |= Self.lockBit }
    return UserChangeParts(rawValue: parts)
  }

  private static let windowsLoginBit = UserChangeParts.windowsLogin.rawValue
  private static let lockBit = UserChangeParts.lock.rawValue

  /// S3: a blank value clears only where the directory tells this attribute at all.
  private func clears(_ field: ProfileField, _ place: DirectoryRows.Place) -> Bool {
    tenant.synchronization.blankValues == .clear
      && !missing.isUntold(field, inDirectory: rows.directory(place))
  }

  /// S2: the Windows login is `DOMAIN\sAMAccountName` while linked.
  private func hasLogin(_ place: DirectoryRows.Place, _ old: ArraySlice<UInt8>?) -> Bool {
    let old = old ?? []
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
    guard let kept = old ?? nonBlank(values.effective(field.position, batch, record)), kept != new
    else { return nil }
    return finding(field.tenantField, new, beside: kept, of: user)
  }

  private func spoilingLogin(of user: Int, _ place: DirectoryRows.Place) -> Finding? {
    let (batch, record) = users.locate(user)
    guard areFiles[rows.directory(place)], let value = nonBlank(values.windowsLogin(batch, record))
    else { return nil }
    let end = value.lastIndex(of: UInt8(ascii: "\\")).map { value[($0 + 1)...] } ?? value
    guard SpoiledValue.mayBeDamaged(rows.loginBytes(place), beside: end) else { return nil }
    // The domain is the tenant file's, not the export's.
    let old = String(decoding: value, as: UTF8.self)
    let typed = LoginName(old)
    let name = if let typed, case .domain = typed.qualifier { typed.login } else { old }
    return finding(
      .windowsLogin, rows.loginBytes(place), beside: Array(name.utf8)[...], of: user)
  }

  private func finding(
    _ field: TenantField, _ new: ArraySlice<UInt8>, beside kept: ArraySlice<UInt8>, of user: Int
  ) -> Finding? {
    let isIdentifier = field == .employeeId || field == .windowsLogin
    guard SpoiledValue.mayBeDamaged(new, beside: kept),
      let damage = SpoiledValue(new, beside: kept).damage(isIdentifier: isIdentifier)
    else { return nil }
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

/// What a sync compares of some users, an element for each.
private struct KnownValues {
  let isLoginLocked: [Bool]
  var logins = PackedColumn()
  /// By place in ``ProfileField``.
  var recording = ProfileField.allCases.map { _ in PackedColumn() }
}

/// The values of tenant users by batch and record; one object, which costs a million look-ups less than its
/// columns.
private final class UserValues: Sendable {
  private let users: TenantUsers
  private let isLoginLocked: [[Bool]]
  private let logins: [PackedColumn?]
  private let scatteredLogins: ScatteredColumn
  /// By place in ``ProfileField``.
  private let recording: [ScatteredProfileField]
  /// By batch and place in ``ProfileField``.
  private let fields: [[PackedColumn?]]

  init(_ users: TenantUsers) {
    self.users = users
    isLoginLocked = users.batches.map(\.isLoginLocked)
    recording = ProfileField.allCases.indices.map {
      ScatteredProfileField($0, of: .recording, in: users)
    }
    logins = users.batches.map { $0.records.column(TenantField.windowsLogin.rawValue)?.raw }
    scatteredLogins = ScatteredColumn(logins)
    fields = users.batches.map { batch in
      ProfileField.allCases.map { batch.records.column($0.tenantField.rawValue)?.raw }
    }
  }

  /// What is compared of some users.
  func known(of numbers: [Int32]) -> KnownValues {
    let size = Int32(RecordBatch.maximumCount)
    let places: [ScatteredColumn.Place] = numbers.map { ($0 / size, $0 % size) }
    var known = KnownValues(
      isLoginLocked: places.map { isLoginLocked[Int($0.batch)][Int($0.record)] })
    known.logins.appendRecords(firstOf: places, in: scatteredLogins)
    for field in recording.indices { recording[field].append(places, to: &known.recording[field]) }
    return known
  }

  func windowsLogin(_ batch: Int, _ record: Int) -> ArraySlice<UInt8>? {
    logins[batch]?.first(of: record)
  }

  /// The value that counts, of whatever profile.
  func effective(_ field: Int, _ batch: Int, _ record: Int) -> ArraySlice<UInt8>? {
    fields[batch][field]?.first(of: record)
  }
}
