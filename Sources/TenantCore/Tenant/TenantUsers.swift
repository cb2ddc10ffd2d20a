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
  /// The values of each profile, blank where a record has none, in the order of
  /// ``ProfileField``.
  package var profiles: [Profile: [PackedColumn]]

  /// Makes a batch.
  package init(
    records: RecordBatch, ids: [Int64], isActive: [Bool], isLoginLocked: [Bool],
    profiles: [Profile: [PackedColumn]]
  ) {
    self.records = records
    self.ids = ids
    self.isActive = isActive
    self.isLoginLocked = isLoginLocked
    self.profiles = profiles
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
    return batches[batch].profiles[profile]?[position].text(of: record)
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

  /// The store's id of a user; 0 if it has none yet.
  package func id(of user: Int) -> Int64 {
    let (batch, record) = locate(user)
    return batches[batch].ids[record]
  }
}
