internal import PluginContract
internal import TenantCore

/// What linked tenant users take from the directory (S1 to S4).
struct UserChangePlanner {
  let rows: DirectoryRows
  let users: TenantUsers
  let blankValues: Synchronization.BlankValues
  let missing: MissingAttributes

  /// The changes in user order, and a `conflict` finding for each value that was skipped.
  func changes(of planned: [PlannedRow]) -> (changes: [UserChange], findings: [Finding]) {
    var changes: [UserChange] = []
    for (index, row) in planned.enumerated() where row.user >= 0 {
      let place = rows.places[index]
      guard rows.batches[Int(place.batch)].faults[Int(place.record)] == nil else { continue }
      if let change = change(of: Int(row.user), row: index, place) { changes.append(change) }
    }
    changes.sort { $0.user < $1.user }
    return UniqueValues(users: users).resolve(changes)
  }

  private func change(of user: Int, row: Int, _ place: DirectoryRows.Place) -> UserChange? {
    let (batchIndex, record) = users.locate(user)
    let batch = users.batches[batchIndex]
    var change = UserChange(user: user, row: row)
    let recording = batch.profiles[.recording] ?? []
    for (position, field) in ProfileField.allCases.enumerated() {
      let new = nonBlank(rows.bytes(field.attribute, place))
      let old = nonBlank(recording[position].first(of: record))
      guard new != old, new != nil || clears(field, place) else { continue }
      change.recording.append(FieldChange(field.tenantField, old: text(old), new: text(new)))
    }
    change.windowsLogin = windowsLogin(batch, record, place)
    change.locksLogin = !batch.isLoginLocked[record]
    let isEmpty =
      change.recording.isEmpty && change.windowsLogin == nil && !change.locksLogin
    return isEmpty ? nil : change
  }

  /// S3: a blank value clears only where the directory tells this attribute at all.
  private func clears(_ field: ProfileField, _ place: DirectoryRows.Place) -> Bool {
    blankValues == .clear
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

  /// S3: missing and empty are the same.
  private func nonBlank(_ value: ArraySlice<UInt8>?) -> ArraySlice<UInt8>? {
    guard let value, value.contains(where: { $0 != 0x20 }) else { return nil }
    return value
  }

  private func text(_ value: ArraySlice<UInt8>?) -> String? {
    value.map { String(decoding: $0, as: UTF8.self) }
  }
}
