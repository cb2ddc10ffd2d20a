import PluginContract
import TenantCore

/// Reads users of CSV as csvde and PowerShell's `Export-Csv` write it; each row is a person.
struct CSVDirectoryFile {
  let path: String

  /// What a column of the file is.
  private enum Meaning: Equatable {
    case distinguishedName
    /// Several values in one cell, separated by `;`.
    case attribute(index: Int, isList: Bool)
    case guid(index: Int)
    case enabled, lockedOut
  }

  /// Other names of attributes, in lower case: those of PowerShell's properties.
  private static let aliases = [
    "emailaddress": "mail", "surname": "sn", "lastname": "sn", "firstname": "givenName",
    "accountname": "sAMAccountName", "deleted": "isDeleted", "sid": "objectSid",
  ]

  /// Reads the file to its end; `full` is called after each record.
  func read(
    _ bytes: [UInt8], into builder: inout DirectoryBatchBuilder,
    full: (inout DirectoryBatchBuilder) throws -> Void
  ) throws {
    do {
      var scanner = try CSVScanner(bytes)
      var record = CSVRecord()
      guard try scanner.next(&record) else {
        throw failure("the file is empty; an export begins with a line of column names", at: 1)
      }
      let columns = try columns(of: record, builder)
      while try scanner.next(&record) {
        guard record.count == columns.count else {
          throw failure(
            "the row has \(record.count) cells, and the header \(columns.count)", at: record.line)
        }
        try add(record, columns, to: &builder)
        try full(&builder)
      }
    } catch let error as CSVError {
      throw failure(error.message, at: error.line)
    }
  }

  private func failure(_ message: String, at line: Int) -> DirectoryError {
    DirectoryError(.incomplete, "\(path):\(line): \(message)")
  }

  private func columns(
    of header: CSVRecord, _ builder: DirectoryBatchBuilder
  ) throws -> [Meaning?] {
    let names = (0..<header.count).map { CanonicalText.of(header.text($0)) }
    for name in ["samaccountname", "objectguid"] where !names.contains(name) {
      throw failure(
        "the column \(name == "objectguid" ? "objectGUID" : "sAMAccountName") is missing; a "
          + "directory file has DN or DistinguishedName, sAMAccountName, objectGUID, and at will "
          + "mail or EmailAddress, givenName, sn or Surname, userPrincipalName, employeeID, "
          + "userAccountControl or Enabled, proxyAddresses", at: header.line)
    }
    guard !builder.needsNames || names.contains("dn") || names.contains("distinguishedname") else {
      throw failure(
        "exclude.organizationalUnits needs the column DN or DistinguishedName; export it too",
        at: header.line)
    }
    return firsts(names.map { meaning(of: $0, builder) })
  }

  /// `Get-ADUser -Properties *` gives `mail` and `EmailAddress`, `sn` and `Surname`: the same value
  /// twice, of which the first column counts.
  private func firsts(_ columns: [Meaning?]) -> [Meaning?] {
    columns.enumerated().map { position, meaning in
      columns[..<position].contains(meaning) ? nil : meaning
    }
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

  private func add(
    _ record: CSVRecord, _ columns: [Meaning?], to builder: inout DirectoryBatchBuilder
  ) throws {
    var name: [UInt8] = []
    for (position, meaning) in columns.enumerated() {
      guard let meaning else { continue }
      let cell = record.field(position)
      guard !cell.isEmpty else {
        if case .attribute(let index, _) = meaning { builder.appendBlank(index: index) }
        continue
      }
      if isListPlaceholder(cell) { throw listFailure(record, position) }
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

  private func listFailure(_ record: CSVRecord, _ position: Int) -> DirectoryError {
    failure(
      "column \(position + 1) says ADPropertyValueCollection instead of the values; export lists "
        + "with Select-Object *,@{n='proxyAddresses';e={$_.proxyAddresses -join ';'}} "
        + "-ExcludeProperty proxyAddresses", at: record.line)
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
    return Hexadecimal.bytes(cell.dropFirst(2).dropLast())
  }
}
