internal import PluginContract
internal import TenantCore

/// The values of a plan's rows, found by number: what of the plan goes into `snapshot` and `links`.
struct PlanSource: Sendable {
  /// The attributes with a column of their own, besides the login.
  enum Attribute: Int, CaseIterable {
    case mail, userPrincipalName, firstName, lastName, employeeID, distinguishedName

    fileprivate var name: String {
      switch self {
      case .mail: DirectoryAttribute.mail
      case .userPrincipalName: DirectoryAttribute.userPrincipalName
      case .firstName: DirectoryAttribute.firstName
      case .lastName: DirectoryAttribute.lastName
      case .employeeID: DirectoryAttribute.employeeID
      case .distinguishedName: DirectoryAttribute.distinguishedName
      }
    }
  }

  /// A directory's name as stored and as compared.
  fileprivate struct Domain: Sendable {
    /// Equal for directories of one name.
    var number: Int
    var name: String
    var key: [UInt8]
  }

  let plan: Plan
  /// By batch.
  private let domains: [Domain]
  /// By batch; without records where an attribute was not read.
  private let logins: [PackedColumn]
  private let loginKeys: [PackedColumn]
  /// By attribute and batch.
  private let stored: [[PackedColumn]]
  private let scattered: [ScatteredColumn]
  /// The logins of all batches.
  let scatteredLogins: ScatteredColumn
  /// By batch: the columns of which records have values without a place of their own, and how many of a record's
  /// values have one.
  private let more: [[(column: Column, placedCount: Int)]]

  init(_ plan: Plan, directories: [Directory]) throws {
    self.plan = plan
    let domains = directories.map { directory in
      Domain(
        number: directories.firstIndex { $0.domain == directory.domain } ?? 0,
        name: directory.domain, key: Array(CanonicalText.of(directory.domain).utf8))
    }
    let batches = plan.directoryUsers
    self.domains = try batches.map { batch in
      guard domains.indices.contains(batch.directory) else {
        throw StoreError(.store, "the plan names a directory that the tenant does not have")
      }
      return domains[batch.directory]
    }
    let logins = batches.map { $0.records.column(DirectoryAttribute.login) }
    self.logins = logins.map { $0?.raw ?? PackedColumn() }
    loginKeys = logins.map { $0?.canonical ?? PackedColumn() }
    stored = Attribute.allCases.map { attribute in
      batches.map { $0.records.column(attribute.name)?.raw ?? PackedColumn() }
    }
    scattered = stored.map { ScatteredColumn($0) }
    scatteredLogins = ScatteredColumn(self.logins)
    more = batches.map { Self.more(of: $0.records) }
  }

  /// Most records have no more values than have a place: then there is nothing to look at.
  private static func more(of records: RecordBatch) -> [(column: Column, placedCount: Int)] {
    records.columns.filter { $0.name != DirectoryAttribute.distinguishedName }.map {
      (column: $0, placedCount: DirectoryAttribute.text.contains($0.name) ? 1 : 0)
    }.filter { column, placedCount in
      (0..<column.raw.recordCount).contains { column.raw.values(of: $0).count > placedCount }
    }
  }

  func anchor(of row: PlannedRow) -> ObjectGUID? {
    plan.directoryUsers[Int(row.batch)].anchors[Int(row.record)]
  }

  func flags(of row: PlannedRow) -> AccountFlags {
    plan.directoryUsers[Int(row.batch)].flags[Int(row.record)]
  }

  /// The same number for rows of one domain.
  func domainNumber(of row: PlannedRow) -> Int { domains[Int(row.batch)].number }

  func domain(of row: PlannedRow) -> String { domains[Int(row.batch)].name }

  func domainKey(of row: PlannedRow) -> [UInt8] { domains[Int(row.batch)].key }

  func login(of row: PlannedRow) -> ArraySlice<UInt8> { Self.first(of: row, in: logins) }

  func loginKey(of row: PlannedRow) -> ArraySlice<UInt8> { Self.first(of: row, in: loginKeys) }

  /// A stored attribute; empty if the row has none.
  func value(_ attribute: Attribute, of row: PlannedRow) -> ArraySlice<UInt8> {
    Self.first(of: row, in: stored[attribute.rawValue])
  }

  /// A stored attribute of all batches.
  func scattered(_ attribute: Attribute) -> ScatteredColumn { scattered[attribute.rawValue] }

  /// A stored attribute in each batch.
  func columns(_ attribute: Attribute) -> [PackedColumn] { stored[attribute.rawValue] }

  /// The folded login in each batch.
  var loginKeyColumns: [PackedColumn] { loginKeys }

  private static func first(of row: PlannedRow, in columns: [PackedColumn]) -> ArraySlice<UInt8> {
    guard columns[Int(row.batch)].recordCount > Int(row.record) else { return [] }
    return columns[Int(row.batch)].first(of: Int(row.record)) ?? []
  }

  /// The attributes beyond the stored ones, and stored ones with several values, as JSON; empty if there
  /// are none.
  func more(of row: PlannedRow) -> [UInt8] {
    let record = Int(row.record)
    var bytes: [UInt8] = []
    for (column, placedCount) in more[Int(row.batch)]
    where column.raw.values(of: record).count > placedCount {
      bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
      JSONText.append(column.name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      JSONText.append(column.raw.texts(of: record), to: &bytes)
    }
    if !bytes.isEmpty { bytes.append(UInt8(ascii: "}")) }
    return bytes
  }
}
