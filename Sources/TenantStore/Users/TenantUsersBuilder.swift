internal import PluginContract
internal import TenantCore

/// Builds ``TenantUsers`` from rows in the order of ``UserCell``.
struct TenantUsersBuilder {
  private var batches: [TenantUserBatch] = []
  private var builder = Self.newBuilder()
  private var ids: [Int64] = []
  private var isActive: [Bool] = []
  private var isLoginLocked: [Bool] = []
  private var profiles = Self.newProfiles()

  /// Adds a user; users come in the order of their folded names.
  mutating func append(_ row: RowImage) {
    append(row.slice(UserCell.userName), to: 0)
    append(row.slice(UserCell.windowsLogin), to: 1)
    for field in 0..<ProfileField.allCases.count {
      let effective = Profile.precedence.lazy.compactMap {
        row.slice(UserCell.field(field, in: $0))
      }.first
      append(effective, to: 2 + field)
      for (index, profile) in UserColumns.profiles.enumerated() {
        let column = index * ProfileField.allCases.count + field
        profiles[column].appendRecord(row.slice(UserCell.field(field, in: profile)))
      }
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

  private mutating func finishBatch() {
    let fields = ProfileField.allCases.count
    let named = UserColumns.profiles.enumerated().map { index, profile in
      (profile, Array(profiles[index * fields..<(index + 1) * fields]))
    }
    batches.append(
      TenantUserBatch(
        records: builder.finish(), ids: ids, isActive: isActive, isLoginLocked: isLoginLocked,
        profiles: Dictionary(named) { first, _ in first }))
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
    [PackedColumn](
      repeating: PackedColumn(), count: UserColumns.profiles.count * ProfileField.allCases.count)
  }
}
