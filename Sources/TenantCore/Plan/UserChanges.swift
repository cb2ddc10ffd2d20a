internal import PluginContract

/// What changes in tenant users, in user order: each as small as it can be, and a ``UserChange`` with its
/// texts once it is looked at. A first run changes every user that it links.
package struct UserChanges: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
  /// A change without its values: they are the record's and the user's.
  package struct Entry: Sendable, Equatable {
    /// The user's number.
    package var user: Int32
    /// The row whose values the user takes.
    package var row: Int32
    /// The row's record.
    package var batch: Int32
    package var record: Int32
    /// What changes.
    package var parts: UserChangeParts

    /// Makes an entry.
    package init(user: Int, row: Int, batch: Int32, record: Int32, parts: UserChangeParts) {
      self.user = Int32(truncatingIfNeeded: user)
      self.row = Int32(truncatingIfNeeded: row)
      self.batch = batch
      self.record = record
      self.parts = parts
    }
  }

  /// Where the values of entries are; one object, which costs a million look-ups less than its columns.
  fileprivate final class Values: Sendable {
    let users: TenantUsers
    /// By batch of directory users: the columns that feed the recording profile's fields.
    let recording: [[PackedColumn]]
    /// By batch of tenant users: the recording profile's fields.
    let recorded: [[ProfileColumn]]
    /// By batch of directory users.
    let logins: [PackedColumn]
    let names: [PackedColumn]
    /// By batch of directory users: `DOMAIN\`.
    let prefixes: [[UInt8]]
    /// By batch of tenant users.
    let windowsLogins: [PackedColumn]

    init(
      _ directoryUsers: [DirectoryUserBatch], _ users: TenantUsers, _ domains: [String]
    ) {
      func column(_ attribute: String, of batch: DirectoryUserBatch) -> PackedColumn {
        batch.records.column(attribute)?.raw ?? PackedColumn()
      }
      self.users = users
      recording = directoryUsers.map { batch in
        ProfileField.allCases.map { column($0.attribute, of: batch) }
      }
      recorded = users.batches.map { batch in
        ProfileField.allCases.indices.map { batch.column($0, of: .recording) }
      }
      logins = directoryUsers.map { column(DirectoryAttribute.login, of: $0) }
      names = directoryUsers.map { column(DirectoryAttribute.distinguishedName, of: $0) }
      prefixes = directoryUsers.map { Array("\(domains[$0.directory])\\".utf8) }
      windowsLogins = users.batches.map {
        $0.records.column(TenantField.windowsLogin.rawValue)?.raw ?? PackedColumn()
      }
    }
  }

  private enum Storage: Sendable {
    case entries([Entry], Values)
    case changes([UserChange])
  }

  private var storage: Storage

  /// Takes entries in user order.
  ///
  /// - Parameter domains: the domain of each directory, by index.
  package init(
    _ entries: [Entry], directoryUsers: [DirectoryUserBatch], users: TenantUsers,
    domains: [String]
  ) {
    storage = .entries(entries, Values(directoryUsers, users, domains))
  }

  /// Takes changes as they are.
  package init(_ changes: [UserChange]) { storage = .changes(changes) }

  /// Takes changes as they are.
  package init(arrayLiteral changes: UserChange...) { storage = .changes(changes) }

  /// The first change.
  package var startIndex: Int { 0 }

  /// The number of changes.
  package var endIndex: Int {
    switch storage {
    case .entries(let entries, _): entries.count
    case .changes(let changes): changes.count
    }
  }

  /// A change with its texts.
  package subscript(index: Int) -> UserChange {
    switch storage {
    case .entries(let entries, let values): values.change(entries[index])
    case .changes(let changes): changes[index]
    }
  }

  /// Whom a change is of, and the row that it takes values from, without making its texts.
  package func place(at index: Int) -> (user: Int, row: Int) {
    switch storage {
    case .entries(let entries, _): (Int(entries[index].user), Int(entries[index].row))
    case .changes(let changes): (changes[index].user, changes[index].row)
    }
  }

  /// Appends what changes in a user: ``UserChange/fields`` as bytes.
  package func appendFields(at index: Int, to fields: inout [FieldBytes]) {
    switch storage {
    case .entries(let entries, let values): values.appendFields(of: entries[index], to: &fields)
    case .changes(let changes): fields += changes[index].fields.map { FieldBytes($0) }
    }
  }

  /// True if the Windows login is to be locked and is not yet.
  package func locksLogin(at index: Int) -> Bool {
    switch storage {
    case .entries(let entries, _): entries[index].parts.contains(.lock)
    case .changes(let changes): changes[index].locksLogin
    }
  }

  /// The number of changes that are counted against a limit (T3): of rows that are not new links, and
  /// more than a repair of the Windows login.
  ///
  /// - Parameter isNewLink: whether a row is a new link.
  package func updates(unless isNewLink: (Int) -> Bool) -> Int {
    switch storage {
    case .entries(let entries, let values):
      entries.count { !isNewLink(Int($0.row)) && !values.onlyRestoresLogin($0) }
    case .changes(let changes):
      changes.count { !isNewLink($0.row) && !$0.onlyRestoresLogin }
    }
  }

  /// The number of users without a Windows login that get it (back).
  package var restoredLogins: Int {
    switch storage {
    case .entries(let entries, let values): entries.count { values.restoresLogin($0) }
    case .changes(let changes): changes.count(where: \.restoresLogin)
    }
  }
}

/// What changes in a user.
package struct UserChangeParts: OptionSet, Sendable {
  /// The bits: those of the recording profile first, in the order of ``ProfileField``.
  package let rawValue: UInt8

  /// Takes bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A field of the recording profile, by its place in ``ProfileField``.
  package static func field(_ place: Int) -> UserChangeParts {
    UserChangeParts(rawValue: 1 << UInt8(truncatingIfNeeded: place))
  }

  /// Every field of the recording profile.
  package static let recording = UserChangeParts(rawValue: 15)
  /// The Windows login.
  package static let windowsLogin = UserChangeParts(rawValue: 16)
  /// The lock of the Windows login.
  package static let lock = UserChangeParts(rawValue: 32)
}

extension UserChanges.Values {
  fileprivate func change(_ entry: UserChanges.Entry) -> UserChange {
    var fields: [FieldBytes] = []
    appendFields(of: entry, to: &fields)
    let changes = fields.map { FieldChange($0) }
    return UserChange(
      user: Int(entry.user), row: Int(entry.row),
      recording: changes.filter { $0.field != .windowsLogin },
      windowsLogin: changes.first { $0.field == .windowsLogin },
      locksLogin: entry.parts.contains(.lock))
  }

  fileprivate func appendFields(of entry: UserChanges.Entry, to fields: inout [FieldBytes]) {
    let (batch, record) = users.locate(Int(entry.user))
    for (place, field) in ProfileField.allCases.enumerated()
    where entry.parts.contains(.field(place)) {
      fields.append(
        FieldBytes(
          field.tenantField,
          old: nonBlank(recorded[batch][place].value(of: record)),
          new: nonBlank(value(of: entry, in: recording[Int(entry.batch)][place]))))
    }
    if entry.parts.contains(.windowsLogin) {
      fields.append(
        FieldBytes(
          .windowsLogin, old: nonBlank(value(of: record, in: windowsLogins[batch])),
          new: qualifiedLogin(of: entry)))
    }
  }

  fileprivate func restoresLogin(_ entry: UserChanges.Entry) -> Bool {
    let (batch, record) = users.locate(Int(entry.user))
    return !entry.parts.contains(.lock) && entry.parts.contains(.windowsLogin)
      && nonBlank(value(of: record, in: windowsLogins[batch])) == nil
  }

  fileprivate func onlyRestoresLogin(_ entry: UserChanges.Entry) -> Bool {
    entry.parts.isDisjoint(with: .recording) && restoresLogin(entry)
  }

  private func value(of entry: UserChanges.Entry, in column: PackedColumn) -> ArraySlice<UInt8>? {
    value(of: Int(entry.record), in: column)
  }

  private func value(of record: Int, in column: PackedColumn) -> ArraySlice<UInt8>? {
    record < column.recordCount ? column.first(of: record) : nil
  }

  private func qualifiedLogin(of entry: UserChanges.Entry) -> ArraySlice<UInt8> {
    let batch = Int(entry.batch)
    guard let login = value(of: entry, in: logins[batch]), !login.isEmpty else {
      return value(of: entry, in: names[batch]) ?? []
    }
    return (prefixes[batch] + login)[...]
  }

  /// S3: missing and empty are the same.
  private func nonBlank(_ text: ArraySlice<UInt8>?) -> ArraySlice<UInt8>? {
    guard let text, text.contains(where: { $0 != 0x20 }) else { return nil }
    return text
  }
}

extension UserChanges: Equatable {
  package static func == (left: UserChanges, right: UserChanges) -> Bool {
    left.elementsEqual(right)
  }
}
