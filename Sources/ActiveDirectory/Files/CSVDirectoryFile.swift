import PluginContract
import TenantCore

/// Reads users of CSV as csvde and PowerShell's `Export-Csv` write it; each row is a person.
struct CSVDirectoryFile {
  let path: String

  /// What a column of the file is.
  private enum Meaning {
    case distinguishedName
    /// Several values in one cell, separated by `;`.
    case attribute(index: Int, isList: Bool)
    case guid(index: Int)
    case enabled, lockedOut
  }

  /// Other names of attributes, in lower case: those of PowerShell's properties.
  private static let aliases = [
    "emailaddress": "mail", "surname": "sn", "lastname": "sn", "firstname": "givenName",
    "accountname": "sAMAccountName",
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
    return names.map { meaning(of: $0, builder) }
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
      guard !cell.isEmpty else { continue }
      if cell.elementsEqual(Self.listPlaceholder) { throw listFailure(record, position) }
      switch meaning {
      case .distinguishedName: name = Array(cell)
      case .enabled: if isFalse(cell) { builder.insert(.disabled) }
      case .lockedOut: if isTrue(cell) { builder.insert(.locked) }
      case .guid(let index): builder.append(index: index, bytes: guid(cell))
      case .attribute(let index, let isList):
        guard isList else {
          builder.append(index: index, bytes: hexadecimal(cell) ?? Array(cell))
          continue
        }
        for value in cell.split(separator: UInt8(ascii: ";")) {
          builder.append(index: index, bytes: value.drop { $0 == UInt8(ascii: " ") })
        }
      }
    }
    builder.endRecord(dn: name)
  }

  private static let listPlaceholder =
    "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection".utf8

  private func listFailure(_ record: CSVRecord, _ position: Int) -> DirectoryError {
    failure(
      "column \(position + 1) says ADPropertyValueCollection instead of the values; export lists "
        + "with Select-Object *,@{n='proxyAddresses';e={$_.proxyAddresses -join ';'}} "
        + "-ExcludeProperty proxyAddresses", at: record.line)
  }

  private func isTrue(_ cell: ArraySlice<UInt8>) -> Bool { word(cell) == "true" }

  private func isFalse(_ cell: ArraySlice<UInt8>) -> Bool { word(cell) == "false" }

  private func word(_ cell: ArraySlice<UInt8>) -> String {
    CanonicalText.of(String(decoding: cell, as: UTF8.self))
  }

  /// A GUID in any of its forms; what is none of them stays as it is and makes the record invalid.
  private func guid(_ cell: ArraySlice<UInt8>) -> [UInt8] {
    if let bytes = hexadecimal(cell) { return bytes }
    return ObjectGUID(String(decoding: cell, as: UTF8.self))?.bytes ?? Array(cell)
  }

  /// csvde writes what is not ASCII as `X'c3bc…'`.
  private func hexadecimal(_ cell: ArraySlice<UInt8>) -> [UInt8]? {
    guard cell.count >= 3, cell.starts(with: "X'".utf8), cell.last == UInt8(ascii: "'") else {
      return nil
    }
    let digits = Array(cell.dropFirst(2).dropLast())
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      let pair = String(decoding: digits[index...(index + 1)], as: UTF8.self)
      guard let byte = UInt8(pair, radix: 16), pair.first != "+" else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
