internal import PluginContract
internal import TenantCore

/// Builds ``TenantUsers`` from users in the order of ``UserCell``.
struct TenantUsersBuilder {
  private static let fieldCount = ProfileField.allCases.count

  private var batches: [TenantUserBatch] = []
  private var builder = Self.newBuilder()
  private var ids: [Int64] = []
  private var isActive: [Bool] = []
  private var isLoginLocked: [Bool] = []
  /// For each profile and field; the blanks behind the last value are added when another comes.
  private var profiles = Self.newProfiles()

  /// Adds a user; users come in the order of their folded names.
  mutating func append(_ row: RowImage) {
    append(row.slice(UserCell.userName), to: 0)
    append(row.slice(UserCell.windowsLogin), to: 1)
    for field in 0..<Self.fieldCount {
      var effective: ArraySlice<UInt8>?
      for profile in Profile.precedence {
        guard let value = row.slice(UserCell.field(field, in: profile)) else { continue }
        if effective == nil { effective = value }
        add(value, to: profile, field)
      }
      append(effective, to: 2 + field)
    }
    builder.endRecord()
    ids.append(row.integer(UserCell.id))
    isActive.append(row.integer(UserCell.isActive) != 0)
    isLoginLocked.append(row.integer(UserCell.isLoginLocked) != 0)
    if builder.isFull { finishBatch() }
  }

  /// Takes all users.
  mutating func finish() -> TenantUsers {
    if builder.count > 0 { finishBatch() }
    return TenantUsers(batches: batches)
  }

  private mutating func append(_ value: ArraySlice<UInt8>?, to column: Int) {
    if let value { builder.append(value, to: column) }
  }

  /// Adds a value of the user that is being built; blank ones before it are caught up with.
  private mutating func add(_ value: ArraySlice<UInt8>, to profile: Profile, _ field: Int) {
    let column = Self.column(field, in: profile)
    while profiles[column].recordCount < builder.count { profiles[column].endRecord() }
    profiles[column].appendRecord(value)
  }

  private static func column(_ field: Int, in profile: Profile) -> Int {
    UserCell.field(field, in: profile) - UserCell.field(0, in: UserColumns.profiles[0])
  }

  private mutating func finishBatch() {
    var named: [Profile: [PackedColumn]] = [:]
    for profile in UserColumns.profiles {
      let columns = (0..<Self.fieldCount).map { Self.column($0, in: profile) }
      guard columns.contains(where: { profiles[$0].valueCount > 0 }) else { continue }
      for column in columns {
        while profiles[column].recordCount < builder.count { profiles[column].endRecord() }
      }
      named[profile] = columns.map { profiles[$0] }
    }
    batches.append(
      TenantUserBatch(
        records: builder.finish(), ids: ids, isActive: isActive, isLoginLocked: isLoginLocked,
        profiles: named))
    builder = Self.newBuilder()
    ids.removeAll(keepingCapacity: true)
    isActive.removeAll(keepingCapacity: true)
    isLoginLocked.removeAll(keepingCapacity: true)
    profiles = Self.newProfiles()
  }

  private static func newBuilder() -> RecordBatchBuilder {
    RecordBatchBuilder(text: TenantField.allCases.map(\.rawValue), directory: nil)
  }

  private static func newProfiles() -> [PackedColumn] {
    [PackedColumn](repeating: PackedColumn(), count: UserColumns.profiles.count * fieldCount)
  }
}
