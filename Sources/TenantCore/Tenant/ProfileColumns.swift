package import PluginContract

/// The values of a batch's profiles, none of them twice: one that is the effective value is not kept beside
/// it, and a profile without values has no columns.
package struct ProfileColumns: Sendable {
  /// One field of one profile.
  private enum Form: Sendable {
    /// No record has a value.
    case blank
    /// Every record has the effective value, or none where there is no effective one.
    case effective
    /// A bit a record: whether its value is the effective one; the others are in the column.
    case mixed(isEffective: [UInt64], others: PackedColumn)
  }

  /// For each profile and field.
  private var forms: [Form] = []
  /// Where the effective values of each field are among the columns of the records.
  private let effective: [Int?]

  /// Packs columns.
  ///
  /// - Parameters:
  ///   - profiles: the columns of each profile, in the order of ``ProfileField``; one that is absent is
  ///     blank.
  ///   - records: the effective values.
  package init(_ profiles: [Profile: [PackedColumn]], beside records: RecordBatch) {
    effective = ProfileField.allCases.map { field in
      records.columns.firstIndex { $0.name == field.tenantField.rawValue }
    }
    let values = effective.map { $0.map { records.columns[$0].raw } ?? PackedColumn() }
    for profile in Profile.precedence {
      for field in ProfileField.allCases.indices {
        forms.append(
          profiles[profile].map {
            Self.form(of: $0[field], beside: values[field], records.count)
          }
            ?? .blank)
      }
    }
  }

  /// A record's value; nil if blank.
  ///
  /// - Parameter field: the place in ``ProfileField``.
  package func value(
    _ field: Int, in profile: Profile, of record: Int, beside records: RecordBatch
  ) -> ArraySlice<UInt8>? {
    column(field, of: profile, beside: records).value(of: record)
  }

  /// All values of a field in one profile.
  func column(_ field: Int, of profile: Profile, beside records: RecordBatch) -> ProfileColumn {
    let values = effective[field].map { records.columns[$0].raw } ?? PackedColumn()
    switch forms[Self.place(of: profile) * effective.count + field] {
    case .blank: return ProfileColumn(isEffective: [], effective: nil, others: nil)
    case .effective: return ProfileColumn(isEffective: [], effective: values, others: nil)
    case .mixed(let isEffective, let others):
      return ProfileColumn(isEffective: isEffective, effective: values, others: others)
    }
  }

  /// A profile's place in ``Profile/precedence``.
  private static func place(of profile: Profile) -> Int {
    switch profile {
    case .override: 0
    case .recording: 1
    case .acd: 2
    }
  }

  private static func form(
    of column: PackedColumn, beside effective: PackedColumn, _ count: Int
  ) -> Form {
    guard column.valueCount > 0 else { return .blank }
    if column == effective { return .effective }
    var isEffective = [UInt64](repeating: 0, count: (count + 63) / 64)
    var others = PackedColumn()
    var same = 0
    for record in 0..<count {
      let value = column.first(of: record)
      if value == effective.first(of: record) {
        isEffective[record / 64] |= 1 << UInt64(record % 64)
        same += 1
        others.endRecord()
      } else {
        others.appendRecord(value)
      }
    }
    return same == count ? .effective : .mixed(isEffective: isEffective, others: others)
  }
}

/// The values of one field in one profile, looked up once for a batch.
package struct ProfileColumn: Sendable {
  /// A bit a record: whether its value is the effective one; nothing if all are.
  fileprivate let isEffective: [UInt64]
  /// Nil if no record has a value.
  fileprivate let effective: PackedColumn?
  /// Those that are not effective.
  fileprivate let others: PackedColumn?

  /// True if a record's value is not the effective one.
  fileprivate func isOther(_ record: Int) -> Bool {
    !isEffective.isEmpty && isEffective[record / 64] >> UInt64(record % 64) & 1 == 0
  }

  /// A record's value; nil if blank.
  package func value(of record: Int) -> ArraySlice<UInt8>? {
    isOther(record) ? others?.first(of: record) : effective?.first(of: record)
  }
}

/// The values of one field in one profile of all users, to be taken where they lie scattered.
package struct ScatteredProfileField: Sendable {
  private let columns: [ProfileColumn]
  /// The effective values of each batch, and behind them those that are not.
  private let values: ScatteredColumn

  /// Looks the field up in all batches.
  ///
  /// - Parameter field: the place in ``ProfileField``.
  package init(_ field: Int, of profile: Profile, in users: TenantUsers) {
    columns = users.batches.map { $0.column(field, of: profile) }
    values = ScatteredColumn(columns.map(\.effective) + columns.map(\.others))
  }

  /// Adds the values of users, a record each.
  package func append(_ users: [ScatteredColumn.Place], to column: inout PackedColumn) {
    let batches = Int32(columns.count)
    column.appendRecords(
      firstOf: users.map { batch, record in
        columns[Int(batch)].isOther(Int(record)) ? (batches + batch, record) : (batch, record)
      },
      in: values)
  }
}
