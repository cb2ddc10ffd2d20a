internal import TenantCore

/// The states, flags and linked users of a batch.
struct CodeColumns {
  /// The states by their stored numbers, which do not change.
  static let states: [RowState] = [
    .linked, .linkedStale, .found, .ambiguous, .contested, .unmatched, .released, .excluded,
    .invalid, .failed,
  ]

  let states: [RowState]
  let flags: [UInt8]
  let users: [UInt64]

  init() {
    states = []
    flags = []
    users = []
  }

  init(_ count: Int, _ input: PackedBytes) throws {
    var input = input
    states = try input.bytes[input.take(count)].map { code in
      guard code < Self.states.count else { throw PackedBytes.damage }
      return Self.states[Int(code)]
    }
    flags = Array(input.bytes[try input.take(count)])
    users = try input.numbers(count)
    guard users.allSatisfy({ $0 <= Int64.max }) else { throw PackedBytes.damage }
    try input.end()
  }

  /// The stored number of a state.
  static func code(of state: RowState) -> UInt8 {
    switch state {
    case .linked: 0
    case .linkedStale: 1
    case .found: 2
    case .ambiguous: 3
    case .contested: 4
    case .unmatched: 5
    case .released: 6
    case .excluded: 7
    case .invalid: 8
    case .failed: 9
    }
  }
}

/// What every review shows.
struct ShownColumns {
  let login: TextColumn
  let mail: TextColumn

  init() {
    login = TextColumn()
    mail = TextColumn()
  }

  init(_ count: Int, _ input: PackedBytes) throws {
    var input = input
    login = try TextColumn(count, from: &input)
    mail = try TextColumn(count, from: &input)
    try input.end()
  }
}

/// The other attributes.
struct NameColumns {
  /// Its end is from the `@` on; what comes before is often the login.
  let principalName: SplitColumn
  let firstName: TextColumn
  let lastName: TextColumn
  let employeeID: TextColumn
  /// Its end is the parent, with the separator before it.
  let distinguishedName: SplitColumn

  init() {
    principalName = SplitColumn()
    firstName = TextColumn()
    lastName = TextColumn()
    employeeID = TextColumn()
    distinguishedName = SplitColumn()
  }

  init(_ count: Int, _ input: PackedBytes) throws {
    var input = input
    principalName = try SplitColumn(count, from: &input)
    firstName = try TextColumn(count, from: &input)
    lastName = try TextColumn(count, from: &input)
    employeeID = try TextColumn(count, from: &input)
    distinguishedName = try SplitColumn(count, from: &input)
    try input.end()
  }
}

extension NameColumns {
  /// True if a row's names are those of another batch's row, and so is the login.
  func isSame(_ row: Int, as other: NameColumns, _ otherRow: Int) -> Bool {
    principalName.isSame(row, as: other.principalName, otherRow)
      && firstName.isSame(row, as: other.firstName, otherRow)
      && lastName.isSame(row, as: other.lastName, otherRow)
      && employeeID.isSame(row, as: other.employeeID, otherRow)
      && distinguishedName.isSame(row, as: other.distinguishedName, otherRow)
  }
}

/// What few rows have.
struct RestColumns {
  private let occurrenceRows: SparseRows
  private let occurrences: [UInt64]
  private let moreRows: SparseRows
  private let more: TextColumn
  private let reasonRows: SparseRows
  /// Code, matcher, attribute.
  private let reasonWords: [DictionaryColumn]
  /// Value, canonical, candidates, detail.
  private let reasonTexts: [TextColumn]

  init() {
    occurrenceRows = SparseRows()
    occurrences = []
    moreRows = SparseRows()
    more = TextColumn()
    reasonRows = SparseRows()
    reasonWords = []
    reasonTexts = []
  }

  init(_ count: Int, _ input: PackedBytes) throws {
    var input = input
    occurrenceRows = try SparseRows(of: count, from: &input)
    occurrences = try input.numbers(occurrenceRows.count)
    guard occurrences.allSatisfy({ $0 <= UInt32.max }) else { throw PackedBytes.damage }
    moreRows = try SparseRows(of: count, from: &input)
    more = try TextColumn(moreRows.count, from: &input)
    reasonRows = try SparseRows(of: count, from: &input)
    let rows = reasonRows.count
    reasonWords = try (0..<3).map { _ in try DictionaryColumn(rows, from: &input) }
    reasonTexts = try (0..<4).map { _ in try TextColumn(rows, from: &input) }
    try input.end()
  }

  /// Of rows without a GUID that are alike, which one it is, from 2; 0 for any other.
  func occurrence(of row: Int) -> Int {
    occurrenceRows.place(of: row).map { Int(occurrences[$0]) } ?? 0
  }

  /// The attributes beyond those with a column, as JSON; empty if there are none.
  func more(of row: Int) -> ArraySlice<UInt8> { moreRows.place(of: row).map { more[$0] } ?? [] }

  /// A row's own reason; nil where it is that of the link.
  func reason(of row: Int) -> StoredReason? {
    reasonRows.place(of: row).map { place in
      StoredReason(reasonWords.map { $0[place] } + reasonTexts.map { $0[place] })
    }
  }

  /// True if what a row has is what another batch's row has.
  func isSame(_ row: Int, as other: RestColumns, _ otherRow: Int) -> Bool {
    occurrence(of: row) == other.occurrence(of: otherRow)
      && more(of: row) == other.more(of: otherRow)
      && reason(of: row) == other.reason(of: otherRow)
  }
}
