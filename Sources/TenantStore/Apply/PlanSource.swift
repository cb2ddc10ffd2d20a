internal import PluginContract
internal import TenantCore

/// The values of a plan's rows, found by number: what of the plan goes into `snapshot` and `links`.
struct PlanSource {
  /// A directory's name as stored and as compared.
  fileprivate struct Domain {
    var name: String
    var key: [UInt8]
  }

  /// The columns of a batch, looked up by name once.
  fileprivate struct Columns {
    var login: Column?
    /// mail, user principal name, first name, last name, employee id, distinguished name.
    var stored: [PackedColumn?]
    /// Every text column but those, for matchers.
    var more: [Column]
    var domain: Domain
  }

  let plan: Plan
  private let batches: [Columns]

  init(_ plan: Plan, directories: [Directory]) throws {
    self.plan = plan
    let domains = directories.map {
      Domain(name: $0.domain, key: Array(CanonicalText.of($0.domain).utf8))
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

  func domain(of row: PlannedRow) -> String { batches[Int(row.batch)].domain.name }

  func domainKey(of row: PlannedRow) -> [UInt8] { batches[Int(row.batch)].domain.key }

  func login(of row: PlannedRow) -> ArraySlice<UInt8> {
    batches[Int(row.batch)].login?.raw.first(of: Int(row.record)) ?? []
  }

  func loginKey(of row: PlannedRow) -> ArraySlice<UInt8> {
    batches[Int(row.batch)].login?.canonical.first(of: Int(row.record)) ?? []
  }

  /// A stored attribute, by its place in ``SnapshotColumns``.
  func value(_ column: Int, of row: PlannedRow) -> ArraySlice<UInt8>? {
    let columns = batches[Int(row.batch)].stored
    let index = column == SnapshotColumns.mail ? 0 : column - SnapshotColumns.userPrincipalName + 1
    return columns[index]?.first(of: Int(row.record))
  }

  /// Appends the attributes beyond the stored ones, and stored ones with several values, as JSON.
  func appendMore(of row: PlannedRow, to image: inout RowImage) {
    let record = Int(row.record)
    let columns = batches[Int(row.batch)]
    let several = columns.more.filter { column in
      let count = column.raw.values(of: record).count
      return count > (DirectoryAttribute.text.contains(column.name) ? 1 : 0)
    }
    guard !several.isEmpty else { return image.appendNull() }
    image.append { bytes in
      for (index, column) in several.enumerated() {
        bytes.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
        JSONText.append(column.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        JSONText.append(column.raw.texts(of: record), to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}

extension PlanSource.Columns {
  fileprivate init(_ records: RecordBatch, domain: PlanSource.Domain) {
    let names = [
      DirectoryAttribute.mail, DirectoryAttribute.userPrincipalName, DirectoryAttribute.firstName,
      DirectoryAttribute.lastName, DirectoryAttribute.employeeID,
      DirectoryAttribute.distinguishedName,
    ]
    login = records.column(DirectoryAttribute.login)
    stored = names.map { records.column($0)?.raw }
    more = records.columns.filter { $0.name != DirectoryAttribute.distinguishedName }
    self.domain = domain
  }
}
