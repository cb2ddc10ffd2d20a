public import PluginContract

/// The fields that a profile holds and a sync may update (S1).
public enum ProfileField: String, Sendable, CaseIterable {
  case firstName, lastName, employeeId, email

  /// The directory attribute that feeds the field.
  public var attribute: String {
    switch self {
    case .firstName: DirectoryAttribute.firstName
    case .lastName: DirectoryAttribute.lastName
    case .employeeId: DirectoryAttribute.employeeID
    case .email: DirectoryAttribute.mail
    }
  }

  /// The same field as a matcher sees it.
  public var tenantField: TenantField {
    switch self {
    case .firstName: .firstName
    case .lastName: .lastName
    case .employeeId: .employeeId
    case .email: .email
    }
  }
}

/// A source's view of a tenant user. AD sync writes `recording` only (S1).
public enum Profile: String, Sendable, CaseIterable {
  case override, recording, acd

  /// Whose value counts, per field: the first that is not blank (S1).
  public static let precedence: [Profile] = [.override, .recording, .acd]
}

/// At most 4,096 tenant users, in columns; all arrays have one element a user.
public struct TenantUserBatch: Sendable {
  /// The effective values: one column for every ``PluginContract/TenantField``, in its order.
  public var records: RecordBatch
  /// The store's ids; 0 for a user of a users file of which the store holds nothing yet.
  public var ids: [Int64]
  /// True if the user may get a new link (M10).
  public var isActive: [Bool]
  /// True while a link locks the Windows login (S2).
  public var isLoginLocked: [Bool]
  /// The values of each profile, blank where a record has none, in the order of
  /// ``ProfileField``.
  public var profiles: [Profile: [PackedColumn]]

  /// Makes a batch.
  public init(
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
public struct TenantUsers: Sendable {
  /// The batches.
  public let batches: [TenantUserBatch]
  /// The number of users.
  public let count: Int

  /// Takes batches of which all but the last hold ``PluginContract/RecordBatch/maximumCount``.
  public init(batches: [TenantUserBatch]) {
    self.batches = batches
    count = batches.reduce(0) { $0 + $1.records.count }
  }

  /// The batch and the record of a user, by its number from 0.
  public func locate(_ user: Int) -> (batch: Int, record: Int) {
    (user / RecordBatch.maximumCount, user % RecordBatch.maximumCount)
  }

  /// A user's effective value in a field, as read; nil if blank.
  public func text(_ field: TenantField, of user: Int) -> String? {
    let (batch, record) = locate(user)
    return batches[batch].records.column(field.rawValue)?.raw.text(of: record)
  }

  /// A user's value of a field in one profile; nil if blank.
  public func text(_ field: ProfileField, in profile: Profile, of user: Int) -> String? {
    let (batch, record) = locate(user)
    guard let position = ProfileField.allCases.firstIndex(of: field) else { return nil }
    return batches[batch].profiles[profile]?[position].text(of: record)
  }

  /// A user's name.
  public func userName(of user: Int) -> String { text(.userName, of: user) ?? "" }

  /// The store's id of a user; 0 if it has none yet.
  public func id(of user: Int) -> Int64 {
    let (batch, record) = locate(user)
    return batches[batch].ids[record]
  }
}
