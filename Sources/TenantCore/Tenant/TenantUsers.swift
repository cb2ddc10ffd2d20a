package import PluginContract

/// The fields that a profile holds and a sync may update (S1).
package enum ProfileField: String, Sendable, CaseIterable {
  case firstName, lastName, employeeId, email

  /// The directory attribute that feeds the field.
  package var attribute: String {
    switch self {
    case .firstName: DirectoryAttribute.firstName
    case .lastName: DirectoryAttribute.lastName
    case .employeeId: DirectoryAttribute.employeeID
    case .email: DirectoryAttribute.mail
    }
  }

  /// The same field as a matcher sees it.
  package var tenantField: TenantField {
    switch self {
    case .firstName: .firstName
    case .lastName: .lastName
    case .employeeId: .employeeId
    case .email: .email
    }
  }
}

/// A source's view of a tenant user. AD sync writes `recording` only (S1).
package enum Profile: String, Sendable, CaseIterable {
  case override, recording, acd

  /// Whose value counts, per field: the first that is not blank (S1).
  package static let precedence: [Profile] = [.override, .recording, .acd]
}

/// At most 4,096 tenant users, in columns; all arrays have one element a user.
package struct TenantUserBatch: Sendable {
  /// The effective values: one column for every ``PluginContract/TenantField``, in its order.
  package var records: RecordBatch
  /// The store's ids; 0 for a user of a users file of which the store holds nothing yet.
  package var ids: [Int64]
  /// True if the user may get a new link (M10).
  package var isActive: [Bool]
  /// True while a link locks the Windows login (S2).
  package var isLoginLocked: [Bool]
  private let profiles: ProfileColumns

  /// Makes a batch.
  ///
  /// - Parameter profiles: the values of each profile, blank where a record has none, in the order of
  ///   ``ProfileField``.
  package init(
    records: RecordBatch, ids: [Int64], isActive: [Bool], isLoginLocked: [Bool],
    profiles: [Profile: [PackedColumn]]
  ) {
    self.records = records
    self.ids = ids
    self.isActive = isActive
    self.isLoginLocked = isLoginLocked
    self.profiles = ProfileColumns(profiles, beside: records)
  }

  /// A record's value in one profile; nil if blank.
  ///
  /// - Parameter field: the place in ``ProfileField``.
  package func value(_ field: Int, in profile: Profile, of record: Int) -> ArraySlice<UInt8>? {
    profiles.value(field, in: profile, of: record, beside: records)
  }

  /// All values of a field in one profile.
  ///
  /// - Parameter field: the place in ``ProfileField``.
  package func column(_ field: Int, of profile: Profile) -> ProfileColumn {
    profiles.column(field, of: profile, beside: records)
  }
}

/// All users of a tenant: every batch but the last is full, so that a user is a number.
package struct TenantUsers: Sendable {
  /// The batches.
  package let batches: [TenantUserBatch]
  /// The number of users.
  package let count: Int

  /// Takes batches of which all but the last hold ``PluginContract/RecordBatch/maximumCount``.
  package init(batches: [TenantUserBatch]) {
    self.batches = batches
    count = batches.reduce(0) { $0 + $1.records.count }
  }

  /// The batch and the record of a user, by its number from 0.
  package func locate(_ user: Int) -> (batch: Int, record: Int) {
    (user / RecordBatch.maximumCount, user % RecordBatch.maximumCount)
  }

  /// A user's effective value in a field, as read; nil if blank.
  package func text(_ field: TenantField, of user: Int) -> String? {
    let (batch, record) = locate(user)
    return batches[batch].records.column(field.rawValue)?.raw.text(of: record)
  }

  /// A user's value of a field in one profile; nil if blank.
  package func text(_ field: ProfileField, in profile: Profile, of user: Int) -> String? {
    let (batch, record) = locate(user)
    guard let position = ProfileField.allCases.firstIndex(of: field) else { return nil }
    return batches[batch].value(position, in: profile, of: record)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// A user for a person to read, without link and hold.
  package func detail(of user: Int) -> UserDetail {
    let (batch, record) = locate(user)
    var profiles: [Profile: [ProfileField: String]] = [:]
    for profile in Profile.allCases {
      profiles[profile] = [:]
      for field in ProfileField.allCases {
        profiles[profile]?[field] = text(field, in: profile, of: user)
      }
    }
    return UserDetail(
      id: id(of: user), userName: userName(of: user), isActive: batches[batch].isActive[record],
      windowsLogin: text(.windowsLogin, of: user),
      isLoginLocked: batches[batch].isLoginLocked[record], profiles: profiles, link: nil)
  }

  /// A user's name.
  package func userName(of user: Int) -> String { text(.userName, of: user) ?? "" }

  /// A user's name in its canonical form (M5); users are numbered in the order of its bytes.
  package func nameKey(of user: Int) -> ArraySlice<UInt8> {
    let (batch, record) = locate(user)
    return batches[batch].records.column(TenantField.userName.rawValue)?.canonical.first(of: record)
      ?? []
  }

  /// The number of the first user whose canonical name is this one or comes after it; ``count`` if none
  /// does.
  package func number(notBefore key: [UInt8]) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if nameKey(of: middle).lexicographicallyPrecedes(key) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// The number of the user of a name, in any case; nil if there is none.
  package func number(ofName name: String) -> Int? {
    let key = Array(CanonicalText.of(name).utf8)
    let number = number(notBefore: key)
    return number < count && nameKey(of: number).elementsEqual(key) ? number : nil
  }

  /// The store's id of a user; 0 if it has none yet.
  package func id(of user: Int) -> Int64 {
    let (batch, record) = locate(user)
    return batches[batch].ids[record]
  }
}
