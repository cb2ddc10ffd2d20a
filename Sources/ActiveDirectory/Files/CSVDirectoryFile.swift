import PluginContract
import TenantCore

/// Reads users of CSV as csvde and PowerShell's `Export-Csv` write it; each row is a person unless
/// it says otherwise (M12).
struct CSVDirectoryFile {
  let path: String

  /// What a column of the file is.
  private enum Meaning: Hashable {
    case distinguishedName
    /// Several values in one cell, separated by `;`.
    case attribute(index: Int, isList: Bool)
    case guid(index: Int)
    case enabled, lockedOut
  }

  /// What the columns are; several of one meaning stand together.
  private struct Columns {
    var meanings: [(meaning: Meaning, columns: [Int])] = []
    var login: [Int] = []
    var classes: [Int] = []
    var categories: [Int] = []
  }

  /// Other names of attributes, in lower case: those of PowerShell's properties.
  private static let aliases = [
    "emailaddress": "mail", "surname": "sn", "lastname": "sn", "firstname": "givenName",
    "accountname": "sAMAccountName", "deleted": "isDeleted", "sid": "objectSid",
  ]

  /// Reads the file to its end; `full` is called after each record.
  func read(
    _ text: TextFile, into builder: inout DirectoryBatchBuilder,
    full: (inout DirectoryBatchBuilder) throws -> Void
  ) throws {
    do {
      guard var table = try CSVTable(text) else {
        throw failure("the file is empty; an export begins with a line of column names", at: 1)
      }
      let columns = try columns(of: table, builder)
      var record = CSVRecord()
      while try table.next(&record) {
        try check(record, of: table)
        guard try isPerson(record, columns, table) else { continue }
        try add(record, columns, table, to: &builder)
        try full(&builder)
      }
    } catch let error as TextError {
      throw failure(error.message, at: error.line)
    }
  }

  private func failure(_ message: String, at line: Int) -> DirectoryError {
    DirectoryError(.incomplete, "\(path):\(line): \(message)")
  }

  /// A row that was cut off has too few cells, or lacks the line end that each export writes (T2).
  private func check(_ record: CSVRecord, of table: CSVTable) throws {
    guard record.count == table.names.count else {
      throw failure(
        "the row has \(record.count) cells, and the header \(table.names.count), separated by "
          + table.delimiterName, at: record.line)
    }
    guard record.isTerminated else {
      throw failure(
        "the file ends within this row: exports end each row with a line end, so the rest is "
          + "missing; export again, or add a line end if the row is whole", at: record.line)
    }
  }

  private func columns(of table: CSVTable, _ builder: DirectoryBatchBuilder) throws -> Columns {
    guard table.isTerminated else {
      throw failure("the file ends within the line of column names; export again", at: table.line)
    }
    let names = table.names.map { CanonicalText.of($0) }
    for name in ["samaccountname", "objectguid"]
    where !names.contains(where: { Self.aliases[$0]?.lowercased() ?? $0 == name }) {
      throw failure(
        "the column \(name == "objectguid" ? "objectGUID" : "sAMAccountName") is missing; a "
          + "directory file has DN or DistinguishedName, sAMAccountName, objectGUID, and "
          + "optionally mail or EmailAddress, givenName, sn or Surname, userPrincipalName, "
          + "employeeID, userAccountControl or Enabled, proxyAddresses, objectClass, "
          + "objectCategory. Known delimiters are comma, semicolon and tab", at: table.line)
    }
    guard !builder.needsNames || names.contains("dn") || names.contains("distinguishedname") else {
      throw failure(
        "exclude.organizationalUnits needs the column DN or DistinguishedName; export it too",
        at: table.line)
    }
    return columns(named: names, builder)
  }

  private func columns(named names: [String], _ builder: DirectoryBatchBuilder) -> Columns {
    var columns = Columns()
    var places: [Meaning: Int] = [:]
    for (column, name) in names.enumerated() {
      switch name {
      case "objectclass": columns.classes.append(column)
      case "objectcategory": columns.categories.append(column)
      default: break
      }
      if (Self.aliases[name] ?? name).lowercased() == "samaccountname" {
        columns.login.append(column)
      }
      guard let meaning = meaning(of: name, builder) else { continue }
      if let place = places[meaning] {
        columns.meanings[place].columns.append(column)
      } else {
        places[meaning] = columns.meanings.count
        columns.meanings.append((meaning, [column]))
      }
    }
    return columns
  }

  private func meaning(of name: String, _ builder: DirectoryBatchBuilder) -> Meaning? {
    switch name {
    case "dn", "distinguishedname": return .distinguishedName
    case "enabled": return .enabled
    case "lockedout": return .lockedOut
    default:
      let attribute = Self.aliases[name] ?? name
      guard let index = builder.index(of: Array(attribute.utf8)) else { return nil }
      if name == "objectguid" { return .guid(index: index) }
      return .attribute(index: index, isList: name == "proxyaddresses")
    }
  }

  /// M12: csvde lists all classes, `Get-ADUser` and `Get-ADObject` give the last one.
  private func isPerson(
    _ record: CSVRecord, _ columns: Columns, _ table: CSVTable
  ) throws -> Bool {
    guard !columns.classes.isEmpty || !columns.categories.isEmpty else { return true }
    var kind = ObjectKind()
    if !columns.classes.isEmpty {
      kind.classes = try table.value(of: columns.classes, in: record)
        .split { Array("; ,".utf8).contains($0) }
    }
    if !columns.categories.isEmpty {
      let category = try table.value(of: columns.categories, in: record)
      if !category.isEmpty { kind.categories = [category] }
    }
    guard kind.classes.count == 1 else { return kind.ofAllClasses != .other }
    let hasLogin = columns.login.contains { !record.field($0).isEmpty }
    return kind.ofLastClass(hasLogin: hasLogin) != .other
  }

  private func add(
    _ record: CSVRecord, _ columns: Columns, _ table: CSVTable,
    to builder: inout DirectoryBatchBuilder
  ) throws {
    var name: [UInt8] = []
    for (meaning, columns) in columns.meanings {
      let cell = try table.value(of: columns, in: record)
      guard !cell.isEmpty else {
        if case .attribute(let index, _) = meaning { builder.appendBlank(index: index) }
        continue
      }
      if isListPlaceholder(cell) { throw listFailure(table.names[columns[0]], record) }
      switch meaning {
      case .distinguishedName: name = Array(cell)
      case .enabled: if let value = truth(cell) { builder.insert(isEnabled: value) }
      case .lockedOut: if let value = truth(cell) { builder.insert(isLocked: value) }
      case .guid(let index): add(guid: cell, index, to: &builder)
      case .attribute(let index, let isList): add(cell, index, isList: isList, to: &builder)
      }
    }
    builder.endRecord(dn: name)
  }

  private func add(
    _ cell: ArraySlice<UInt8>, _ index: Int, isList: Bool, to builder: inout DirectoryBatchBuilder
  ) {
    let values = isList ? cell.split(separator: UInt8(ascii: ";")) : [cell]
    for value in values {
      let value = isList ? value.drop { $0 == UInt8(ascii: " ") } : value
      builder.append(index: index, bytes: hexadecimal(value)?[...] ?? value)
    }
  }

  /// A GUID in any of its forms; what is none of them makes the record invalid (M14).
  private func add(
    guid cell: ArraySlice<UInt8>, _ index: Int, to builder: inout DirectoryBatchBuilder
  ) {
    if let guid = ObjectGUID(text: cell) {
      builder.insert(guid)
    } else {
      builder.append(index: index, bytes: hexadecimal(cell)?[...] ?? cell.prefix(0))
    }
  }

  private static let listPlaceholder =
    Array("Microsoft.ActiveDirectory.Management.ADPropertyValueCollection".utf8)

  private func isListPlaceholder(_ cell: ArraySlice<UInt8>) -> Bool {
    cell.count == Self.listPlaceholder.count && cell.elementsEqual(Self.listPlaceholder)
  }

  private func listFailure(_ name: String, _ record: CSVRecord) -> DirectoryError {
    failure(
      "column '\(name)' says ADPropertyValueCollection instead of the values; export lists "
        + "with Select-Object *,@{n='\(name)';e={$_.\(name) -join ';'}} "
        + "-ExcludeProperty \(name)", at: record.line)
  }

  /// PowerShell's `True` and `False`; nil for anything else.
  private func truth(_ cell: ArraySlice<UInt8>) -> Bool? {
    switch CanonicalText.of(String(decoding: cell, as: UTF8.self)) {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// csvde writes what is not printable ASCII as `X'c3bc…'`.
  private func hexadecimal(_ cell: ArraySlice<UInt8>) -> [UInt8]? {
    guard cell.count >= 3, cell.starts(with: "X'".utf8), cell.last == UInt8(ascii: "'") else {
      return nil
    }
    return Hex.bytes(cell.dropFirst(2).dropLast())
  }
}
