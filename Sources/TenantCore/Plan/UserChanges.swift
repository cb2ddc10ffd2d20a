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

  /// Where the values of entries are.
  fileprivate struct Values: Sendable {
    var directoryUsers: [DirectoryUserBatch]
    var users: TenantUsers
    var domains: [String]
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
    storage = .entries(
      entries, Values(directoryUsers: directoryUsers, users: users, domains: domains))
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
    var change = UserChange(user: Int(entry.user), row: Int(entry.row))
    for (place, field) in ProfileField.allCases.enumerated()
    where entry.parts.contains(.field(place)) {
      change.recording.append(
        FieldChange(
          field.tenantField, old: nonBlank(users.text(field, in: .recording, of: change.user)),
          new: nonBlank(text(field.attribute, of: entry))))
    }
    if entry.parts.contains(.windowsLogin) {
      change.windowsLogin = FieldChange(
        .windowsLogin, old: nonBlank(users.text(.windowsLogin, of: change.user)),
        new: qualifiedLogin(of: entry))
    }
    change.locksLogin = entry.parts.contains(.lock)
    return change
  }

  fileprivate func restoresLogin(_ entry: UserChanges.Entry) -> Bool {
    !entry.parts.contains(.lock) && entry.parts.contains(.windowsLogin)
      && nonBlank(users.text(.windowsLogin, of: Int(entry.user))) == nil
  }

  fileprivate func onlyRestoresLogin(_ entry: UserChanges.Entry) -> Bool {
    entry.parts.isDisjoint(with: .recording) && restoresLogin(entry)
  }

  private func text(_ attribute: String, of entry: UserChanges.Entry) -> String? {
    directoryUsers[Int(entry.batch)].records.column(attribute)?.raw.text(of: Int(entry.record))
  }

  private func qualifiedLogin(of entry: UserChanges.Entry) -> String {
    guard let login = text(DirectoryAttribute.login, of: entry), !login.isEmpty else {
      return text(DirectoryAttribute.distinguishedName, of: entry) ?? ""
    }
    return "\(domains[directoryUsers[Int(entry.batch)].directory])\\\(login)"
  }

  /// S3: missing and empty are the same.
  private func nonBlank(_ text: String?) -> String? {
    guard let text, text.utf8.contains(where: { $0 != 0x20 }) else { return nil }
    return text
  }
}

extension UserChanges: Equatable {
  package static func == (left: UserChanges, right: UserChanges) -> Bool {
    left.elementsEqual(right)
  }
}
