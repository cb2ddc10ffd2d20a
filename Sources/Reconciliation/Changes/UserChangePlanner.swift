internal import PluginContract
internal import TenantCore

/// What linked tenant users take from the directory (S1 to S4, S7).
struct UserChangePlanner {
  /// The most spoiled values that are named one by one; the rest is counted.
  static let maximumNotes = 50

  let rows: DirectoryRows
  let users: TenantUsers
  let tenant: Tenant
  let missing: MissingAttributes

  /// The changes in user order, and a `conflict` finding for each value that was skipped.
  func changes(of planned: [PlannedRow]) -> (changes: [UserChange], findings: [Finding]) {
    let (changes, spoiled) = proposals(of: planned)
    let resolved = UniqueValues(users: users).resolve(changes)
    return (resolved.changes, bounded(spoiled) + resolved.findings)
  }

  /// The changes in user order, before values that would be double are taken out, and a finding for
  /// each spoiled value.
  func proposals(of planned: [PlannedRow]) -> (changes: [UserChange], findings: [Finding]) {
    var changes: [UserChange] = []
    var spoiled: [Finding] = []
    for (index, row) in planned.enumerated() where row.user >= 0 {
      let place = rows.places[index]
      guard rows.batches[Int(place.batch)].faults[Int(place.record)] == nil else { continue }
      if let change = change(of: Int(row.user), row: index, place, &spoiled) {
        changes.append(change)
      }
    }
    changes.sort { $0.user < $1.user }
    return (changes, spoiled)
  }

  private func change(
    of user: Int, row: Int, _ place: DirectoryRows.Place, _ spoiled: inout [Finding]
  ) -> UserChange? {
    let (batchIndex, record) = users.locate(user)
    let batch = users.batches[batchIndex]
    var change = UserChange(user: user, row: row)
    for (position, field) in ProfileField.allCases.enumerated() {
      let new = nonBlank(rows.bytes(field.attribute, place))
      let old = nonBlank(batch.value(position, in: .recording, of: record))
      guard new != old, new != nil || clears(field, place) else { continue }
      if let finding = spoiling(field, new, beside: old, of: user, place) {
        spoiled.append(finding)
        continue
      }
      change.recording.append(FieldChange(field.tenantField, old: text(old), new: text(new)))
    }
    change.windowsLogin = windowsLogin(batch, record, place)
    if let finding = spoiling(change.windowsLogin, of: user, place) {
      spoiled.append(finding)
      change.windowsLogin = nil
    }
    change.locksLogin = !batch.isLoginLocked[record]
    let isEmpty =
      change.recording.isEmpty && change.windowsLogin == nil && !change.locksLogin
    return isEmpty ? nil : change
  }

  /// S3: a blank value clears only where the directory tells this attribute at all.
  private func clears(_ field: ProfileField, _ place: DirectoryRows.Place) -> Bool {
    tenant.synchronization.blankValues == .clear
      && !missing.isUntold(field, inDirectory: rows.batches[Int(place.batch)].directory)
  }

  /// S2: the Windows login is `DOMAIN\sAMAccountName` while linked.
  private func windowsLogin(
    _ batch: TenantUserBatch, _ record: Int, _ place: DirectoryRows.Place
  ) -> FieldChange? {
    let column = batch.records.column(TenantField.windowsLogin.rawValue)?.raw
    let old = column?.first(of: record) ?? []
    let domain = rows.domain(place).utf8
    let login = rows.bytes(DirectoryAttribute.login, place) ?? []
    let isSame =
      old.count == domain.count + 1 + login.count && old.starts(with: domain)
      && old.dropFirst(domain.count).first == UInt8(ascii: "\\")
      && old.dropFirst(domain.count + 1).elementsEqual(login)
    guard !isSame else { return nil }
    return FieldChange(
      .windowsLogin, old: text(nonBlank(old)), new: rows.qualifiedLogin(place))
  }

  /// S7: why a value of a file is not written. A value that would be the first of its profile is
  /// held against the one that counts now.
  private func spoiling(
    _ field: ProfileField, _ new: ArraySlice<UInt8>?, beside old: ArraySlice<UInt8>?,
    of user: Int, _ place: DirectoryRows.Place
  ) -> Finding? {
    guard isFromFile(place), let new else { return nil }
    let (batch, record) = users.locate(user)
    let effective = users.batches[batch].records.column(field.tenantField.rawValue)?.raw
    guard let kept = old ?? nonBlank(effective?.first(of: record)), kept != new else { return nil }
    return finding(field.tenantField, new, beside: kept, of: user)
  }

  private func spoiling(
    _ login: FieldChange?, of user: Int, _ place: DirectoryRows.Place
  ) -> Finding? {
    guard isFromFile(place), let old = login?.old else { return nil }
    // The domain is the tenant file's, not the export's.
    let typed = LoginName(old)
    let name = if let typed, case .domain = typed.qualifier { typed.login } else { old }
    return finding(
      .windowsLogin, rows.bytes(DirectoryAttribute.login, place) ?? [],
      beside: Array(name.utf8)[...], of: user)
  }

  private func finding(
    _ field: TenantField, _ new: ArraySlice<UInt8>, beside kept: ArraySlice<UInt8>, of user: Int
  ) -> Finding? {
    let isIdentifier = field == .employeeId || field == .windowsLogin
    guard let damage = SpoiledValue(new, beside: kept).damage(isIdentifier: isIdentifier) else {
      return nil
    }
    return Finding(
      .conflict, subject: users.userName(of: user),
      message: "\(field.rawValue) '\(text(new) ?? "")' of the file was not written, "
        + "'\(text(kept) ?? "")' stays: \(damage.remedy)")
  }

  private func isFromFile(_ place: DirectoryRows.Place) -> Bool {
    tenant.directories[rows.batch(place).directory].isFile
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

  private func text(_ value: ArraySlice<UInt8>?) -> String? {
    value.map { String(decoding: $0, as: UTF8.self) }
  }
}
