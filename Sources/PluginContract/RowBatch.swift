/// A column of a review or an export; the raw value is its name for `--columns`.
///
/// Text columns hold one value a row, or none where the value is absent. `enabled`, `locked` and
/// `expired` hold `true` or `false`, and nothing where it is not known.
public enum RowColumn: String, Sendable, CaseIterable {
  case activeDirectoryLogin, smtpAddress, status, state, domain, objectGUID, distinguishedName
  case enabled, locked, expired
  case userName, windowsLogin
  case reasonCode, reasonMatcher, reasonAttribute, reasonValue, reasonCanonical
  case reasonMessage, reasonNextStep
  /// The user names of all candidates: any number of values a row.
  case reasonCandidates
  /// The decision of a review that stands on the row, if there is one.
  case decision, note, until
  /// Who is to fix it.
  case assignee = "for"
  case decidedBy, decidedAt

  /// The heading in a file for people: the mission page's words for its three columns (R2).
  public var heading: String {
    switch self {
    case .activeDirectoryLogin: "Active Directory Login"
    case .smtpAddress: "SMTP Address"
    case .status: "Status"
    default: rawValue
    }
  }

  /// The position in ``allCases``; a `switch`, because it is asked for every cell.
  var ordinal: Int {
    switch self {
    case .activeDirectoryLogin: 0
    case .smtpAddress: 1
    case .status: 2
    case .state: 3
    case .domain: 4
    case .objectGUID: 5
    case .distinguishedName: 6
    case .enabled: 7
    case .locked: 8
    case .expired: 9
    case .userName: 10
    case .windowsLogin: 11
    case .reasonCode: 12
    case .reasonMatcher: 13
    case .reasonAttribute: 14
    case .reasonValue: 15
    case .reasonCanonical: 16
    case .reasonMessage: 17
    case .reasonNextStep: 18
    case .reasonCandidates: 19
    case .decision: 20
    case .note: 21
    case .until: 22
    case .assignee: 23
    case .decidedBy: 24
    case .decidedAt: 25
    }
  }

  /// What decisions give to a row; a review that was never opened gives nothing.
  public static let decisions: [RowColumn] = [
    .decision, .note, .until, .assignee, .decidedBy, .decidedAt,
  ]

  /// What a snapshot gives to a row: all other columns.
  public static let snapshot = allCases.filter { !decisions.contains($0) }

  /// The columns of an export unless others are asked for (R2).
  public static let standard: [RowColumn] = [.activeDirectoryLogin, .smtpAddress, .status]
}

/// At most 4,096 rows of a review or an export, in columns.
public struct RowBatch: Sendable {
  /// The most rows in a batch.
  public static let maximumCount = 4096

  /// The columns, in the order in which they were asked for.
  public let columns: [RowColumn]
  @usableFromInline var values: [PackedColumn]
  private let positions: [Int?]

  /// Makes an empty batch with these columns.
  public init(columns: [RowColumn]) {
    self.columns = columns
    values = columns.map { _ in PackedColumn() }
    positions = RowColumn.allCases.map { columns.firstIndex(of: $0) }
  }

  /// The number of rows: all columns have as many.
  public var count: Int { values.first?.recordCount ?? 0 }

  /// A column's values, or nil if the batch does not have it.
  public func values(of column: RowColumn) -> PackedColumn? {
    position(of: column).map { values[$0] }
  }

  /// A row's text in a column, or nil if it is absent.
  public func text(_ column: RowColumn, row: Int) -> String? {
    position(of: column).flatMap { values[$0].text(of: row) }
  }

  /// A row's bytes in a column, or nil if they are absent.
  public func bytes(_ column: RowColumn, row: Int) -> ArraySlice<UInt8>? {
    position(of: column).flatMap { values[$0].first(of: row) }
  }

  /// Adds a row. `value` is asked for the text of every column the batch has, in order.
  public mutating func appendRow(_ value: (RowColumn) -> [String]) {
    for (index, column) in columns.enumerated() {
      for text in value(column) { values[index].append(text.utf8) }
      values[index].endRecord()
    }
  }

  /// Fills a column of the row that is being built; every column must be filled once a row.
  @inlinable
  public mutating func fill(_ column: RowColumn, _ bytes: (some Collection<UInt8>)?) {
    guard let index = position(of: column) else { return }
    values[index].appendRecord(bytes)
  }

  /// Fills a column of the row that is being built with any number of texts.
  public mutating func fill(_ column: RowColumn, texts: [String]) {
    guard let index = position(of: column) else { return }
    for text in texts { values[index].append(text.utf8) }
    values[index].endRecord()
  }

  /// Fills a column for several rows at once; every column must be filled for as many.
  package mutating func fill(_ column: RowColumn, _ rows: (inout PackedColumn) -> Void) {
    guard let index = position(of: column) else { return }
    rows(&values[index])
  }

  /// Adds a row of another batch with the same columns.
  public mutating func appendRow(_ row: Int, of other: RowBatch) {
    for index in columns.indices {
      values[index].append(valuesOf: row, in: other.values[index])
      values[index].endRecord()
    }
  }

  @usableFromInline func position(of column: RowColumn) -> Int? { positions[column.ordinal] }
}
