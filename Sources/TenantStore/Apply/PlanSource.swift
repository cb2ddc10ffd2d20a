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

  /// The columns of a batch, looked up by name once.
  fileprivate struct Columns: Sendable {
    var login: Column?
    /// In the order of ``Attribute``.
    var stored: [PackedColumn?]
    /// Every column but the distinguished name, and how many of a record's values have a place already.
    var more: [(column: Column, usualCount: Int)]
    var domain: Domain
  }

  let plan: Plan
  private let batches: [Columns]

  init(_ plan: Plan, directories: [Directory]) throws {
    self.plan = plan
    let domains = directories.map { directory in
      Domain(
        number: directories.firstIndex { $0.domain == directory.domain } ?? 0,
        name: directory.domain, key: Array(CanonicalText.of(directory.domain).utf8))
    }
    batches = try plan.directoryUsers.map { batch in
      guard domains.indices.contains(batch.directory) else {
        throw StoreError(.store, "the plan names a directory that the tenant does not have")
      }
      return Columns(batch.records, domain: domains[batch.directory])
    }
  }

  func anchor(of row: PlannedRow) -> ObjectGUID? {
    plan.directoryUsers[Int(row.batch)].anchors[Int(row.record)]
  }

  func flags(of row: PlannedRow) -> AccountFlags {
    plan.directoryUsers[Int(row.batch)].flags[Int(row.record)]
  }

  /// The same number for rows of one domain.
  func domainNumber(of row: PlannedRow) -> Int { batches[Int(row.batch)].domain.number }

  func domain(of row: PlannedRow) -> String { batches[Int(row.batch)].domain.name }

  func domainKey(of row: PlannedRow) -> [UInt8] { batches[Int(row.batch)].domain.key }

  func login(of row: PlannedRow) -> ArraySlice<UInt8> {
    batches[Int(row.batch)].login?.raw.first(of: Int(row.record)) ?? []
  }

  func loginKey(of row: PlannedRow) -> ArraySlice<UInt8> {
    batches[Int(row.batch)].login?.canonical.first(of: Int(row.record)) ?? []
  }

  /// A stored attribute; empty if the row has none.
  func value(_ attribute: Attribute, of row: PlannedRow) -> ArraySlice<UInt8> {
    batches[Int(row.batch)].stored[attribute.rawValue]?.first(of: Int(row.record)) ?? []
  }

  /// The attributes beyond the stored ones, and stored ones with several values, as JSON; empty if there
  /// are none.
  func more(of row: PlannedRow) -> [UInt8] {
    let record = Int(row.record)
    var bytes: [UInt8] = []
    for column in batches[Int(row.batch)].more {
      let count = column.column.raw.values(of: record).count
      guard count > column.usualCount else { continue }
      bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
      JSONText.append(column.column.name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      JSONText.append(column.column.raw.texts(of: record), to: &bytes)
    }
    if !bytes.isEmpty { bytes.append(UInt8(ascii: "}")) }
    return bytes
  }
}

extension PlanSource.Columns {
  fileprivate init(_ records: RecordBatch, domain: PlanSource.Domain) {
    login = records.column(DirectoryAttribute.login)
    stored = PlanSource.Attribute.allCases.map { records.column($0.name)?.raw }
    more = records.columns.filter { $0.name != DirectoryAttribute.distinguishedName }.map {
      (column: $0, usualCount: DirectoryAttribute.text.contains($0.name) ? 1 : 0)
    }
    self.domain = domain
  }
}
