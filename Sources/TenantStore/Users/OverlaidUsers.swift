internal import Foundation
internal import PluginContract
internal import TenantCore

/// The users of a file with what the store holds of them, put together column by column: the file gives
/// the `acd` profile, the store the rest, and the Windows login while a link locks it.
struct OverlaidUsers {
  /// As many users as make a batch: what is put together at once.
  private struct Piece: Sendable {
    /// Their rows in the file.
    let rows: ArraySlice<Int>
    /// Nil if the store holds nothing of any of them.
    let stored: StoredValues?
  }

  let file: UsersFile

  /// Puts all users together.
  ///
  /// - Parameter stored: gives `name_key` and ``UserColumns/list`` in the order of the former.
  func users(over stored: any Statement) throws -> TenantUsers {
    var walk = try SortedRows(stored, keyCount: 1)
    defer { stored.reset() }
    var begun = 0
    var batches: [TenantUserBatch] = []
    try OrderedWork(threads: ProcessInfo.processInfo.activeProcessorCount).run(
      next: {
        guard begun < file.order.count else { return nil }
        let rows = file.order[begun...].prefix(RecordBatch.maximumCount)
        begun += rows.count
        return Piece(rows: rows, stored: try values(of: rows, stored, &walk))
      },
      work: { [self] in batch($0) },
      deliver: { batches.append($0) })
    return TenantUsers(batches: batches)
  }

  /// What the store holds of users; nil if that is nothing.
  private func values(
    of rows: ArraySlice<Int>, _ stored: any Statement, _ walk: inout SortedRows
  ) throws -> StoredValues? {
    guard walk.isOnRow else { return nil }
    var values = StoredValues(count: rows.count)
    var key = RowImage()
    for (record, row) in rows.enumerated() where walk.isOnRow {
      file.keyImage(of: row, into: &key)
      guard try walk.find(key) else { continue }
      values.take(stored, for: record)
      try walk.step()
    }
    return values.finish()
  }

  private func batch(_ piece: Piece) -> TenantUserBatch {
    let (rows, stored) = (piece.rows, piece.stored)
    let own = file.columns.map { column in
      var taken = PackedColumn()
      taken.appendRecords(firstOf: rows, in: column)
      return taken
    }
    var builder = RecordBatchBuilder(text: TenantField.allCases.map(\.rawValue), directory: nil)
    builder.appendRecords(rows.count) { column, values in
      values = stored?.effective(column, over: own[column]) ?? own[column]
    }
    var profiles = stored?.profiles ?? [:]
    profiles[.acd] = ProfileField.allCases.map { own[UsersFile.index(of: $0.tenantField)] }
    return TenantUserBatch(
      records: builder.finish(), ids: stored?.ids ?? [Int64](repeating: 0, count: rows.count),
      isActive: rows.map { file.isActive[$0] },
      isLoginLocked: stored?.isLoginLocked ?? [Bool](repeating: false, count: rows.count),
      profiles: profiles)
  }
}

/// What the store holds of a batch of a file's users; all arrays and columns have an element a user.
private struct StoredValues: Sendable {
  private(set) var ids: [Int64]
  private(set) var isLoginLocked: [Bool]
  /// The Windows logins that are locked.
  private var logins = PackedColumn()
  /// The fields of the profiles that the store keeps.
  private var recording = ProfileField.allCases.map { _ in PackedColumn() }
  private var override = ProfileField.allCases.map { _ in PackedColumn() }
  private var hasAny = false

  init(count: Int) {
    ids = [Int64](repeating: 0, count: count)
    isLoginLocked = [Bool](repeating: false, count: count)
  }

  /// Takes what the current row says of a user; users come in their order.
  mutating func take(_ statement: any Statement, for record: Int) {
    func value(_ cell: Int, into column: inout PackedColumn) {
      // Before the columns of a user stands the key.
      unsafe statement.withBytes(1 + cell) { bytes in
        guard unsafe !bytes.isEmpty else { return }
        column.endRecords(before: record)
        unsafe column.append(bytes)
        column.endRecord()
      }
    }
    hasAny = true
    ids[record] = statement.integer(1 + UserCell.id)
    isLoginLocked[record] = statement.integer(1 + UserCell.isLoginLocked) != 0
    if isLoginLocked[record] { value(UserCell.windowsLogin, into: &logins) }
    for field in ProfileField.allCases.indices {
      value(UserCell.field(field, in: .recording), into: &recording[field])
      value(UserCell.field(field, in: .override), into: &override[field])
    }
  }

  /// All of it; nil if nothing was taken.
  consuming func finish() -> StoredValues? {
    guard hasAny else { return nil }
    logins.endRecords(before: ids.count)
    for field in ProfileField.allCases.indices {
      recording[field].endRecords(before: ids.count)
      override[field].endRecords(before: ids.count)
    }
    return self
  }

  /// The profiles that have any value.
  var profiles: [Profile: [PackedColumn]] {
    [.recording: recording, .override: override].filter { _, columns in
      columns.contains { $0.valueCount > 0 }
    }
  }

  /// The values that count (S1): a locked login, and those of a profile that comes before the file's.
  func effective(_ column: Int, over own: PackedColumn) -> PackedColumn {
    if column == UsersFile.index(of: .windowsLogin) {
      guard isLoginLocked.contains(true) else { return own }
      return Self.chosen(ids.count) { isLoginLocked[$0] ? logins.first(of: $0) : own.first(of: $0) }
    }
    let field = ProfileField.allCases.firstIndex { UsersFile.index(of: $0.tenantField) == column }
    guard let field else { return own }
    let before = [override[field], recording[field]]
    guard before.contains(where: { $0.valueCount > 0 }) else { return own }
    return Self.chosen(ids.count) { record in
      for column in before {
        if let value = column.first(of: record) { return value }
      }
      return own.first(of: record)
    }
  }

  private static func chosen(
    _ count: Int, _ value: (Int) -> ArraySlice<UInt8>?
  ) -> PackedColumn {
    var column = PackedColumn()
    for record in 0..<count { column.appendRecord(value(record)) }
    return column
  }
}
