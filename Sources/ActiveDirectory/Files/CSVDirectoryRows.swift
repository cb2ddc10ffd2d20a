import PluginContract
import TenantCore

/// Reads the rows of a directory file; each is a person unless it says otherwise (M12).
struct CSVDirectoryRows: Sendable {
  let columns: CSVDirectoryColumns

  /// Reads all rows of a block; `full` is called after each record.
  ///
  /// - Throws: ``TenantCore/TextError`` for what CSV does not allow, and for rows that are not whole.
  func read(
    _ table: inout CSVTable, into builder: inout DirectoryBatchBuilder,
    full: (inout DirectoryBatchBuilder) -> Void
  ) throws(TextError) {
    var record = CSVRecord()
    while try table.next(&record) {
      try check(record, of: table)
      guard try isPerson(record, table) else { continue }
      try add(record, table, to: &builder)
      full(&builder)
    }
  }

  /// A row that was cut off has too few cells, or lacks the line end that each export writes (T2).
  private func check(_ record: CSVRecord, of table: CSVTable) throws(TextError) {
    guard record.count == table.header.names.count else {
      throw TextError(
        line: record.line,
        message: "the row has \(record.count) cells, and the header \(table.header.names.count), "
          + "separated by " + table.header.delimiterName)
    }
    guard record.isTerminated else {
      throw TextError(
        line: record.line,
        message: "the file ends within this row: exports end each row with a line end, so the rest "
          + "is missing; export again, or add a line end if the row is whole")
    }
  }

  /// M12: csvde lists all classes, `Get-ADUser` and `Get-ADObject` give the last one.
  private func isPerson(_ record: CSVRecord, _ table: CSVTable) throws(TextError) -> Bool {
    guard !columns.classes.isEmpty || !columns.categories.isEmpty else { return true }
    var kind = ObjectKind()
    if !columns.classes.isEmpty {
      kind.classes = table.bytes[try table.cell(of: columns.classes, in: record)]
        .split { $0 == 0x3B || $0 == 0x20 || $0 == 0x2C }
    }
    if !columns.categories.isEmpty {
      let category = table.bytes[try table.cell(of: columns.categories, in: record)]
      if !category.isEmpty { kind.categories = [category] }
    }
    guard kind.classes.count == 1 else { return kind.ofAllClasses != .other }
    let hasLogin = columns.login.contains { !record.cells[$0].isEmpty }
    return kind.ofLastClass(hasLogin: hasLogin) != .other
  }

  private func add(
    _ record: CSVRecord, _ table: CSVTable, to builder: inout DirectoryBatchBuilder
  ) throws(TextError) {
    let bytes = table.scanner.bytes.span
    var name = 0..<0
    for place in columns.meanings.indices {
      let (meaning, column) = columns.meanings[place]
      let range = try table.cell(column, columns.doubled, place, in: record)
      guard !range.isEmpty else {
        if case .attribute(let index, _) = meaning { builder.appendBlank(index: index) }
        continue
      }
      let cell = bytes.extracting(range)
      if CSVDirectoryCell.isListPlaceholder(cell) {
        throw listError(table.header.names[column], record)
      }
      switch meaning {
      case .distinguishedName: name = range
      case .enabled:
        if let value = CSVDirectoryCell.truth(cell) { builder.insert(isEnabled: value) }
      case .lockedOut:
        if let value = CSVDirectoryCell.truth(cell) { builder.insert(isLocked: value) }
      case .guid(let index): add(guid: cell, index, to: &builder)
      case .attribute(let index, let isList):
        if isList {
          add(list: cell, index, to: &builder)
        } else {
          add(cell, index, to: &builder)
        }
      }
    }
    builder.endRecord(bytes.extracting(name))
  }

  private func add(_ value: Span<UInt8>, _ index: Int, to builder: inout DirectoryBatchBuilder) {
    if let decoded = CSVDirectoryCell.hexadecimal(value) {
      builder.append(index: index, decoded.span)
    } else {
      builder.append(index: index, value)
    }
  }

  private func add(
    list cell: Span<UInt8>, _ index: Int, to builder: inout DirectoryBatchBuilder
  ) {
    var start = 0
    for end in 0...cell.count where end == cell.count || cell[end] == UInt8(ascii: ";") {
      // Nothing between two separators is no value.
      if start < end {
        while start < end, cell[start] == UInt8(ascii: " ") { start += 1 }
        add(cell.extracting(start..<end), index, to: &builder)
      }
      start = end + 1
    }
  }

  /// A GUID in any of its forms; what is none of them makes the record invalid (M14).
  private func add(
    guid cell: Span<UInt8>, _ index: Int, to builder: inout DirectoryBatchBuilder
  ) {
    if let guid = ObjectGUID(text: cell) {
      builder.insert(guid)
    } else {
      builder.append(index: index, bytes: CSVDirectoryCell.hexadecimal(cell) ?? [])
    }
  }

  private func listError(_ name: String, _ record: CSVRecord) -> TextError {
    TextError(
      line: record.line,
      message:
        "column '\(name)' says ADPropertyValueCollection instead of the values; export lists "
        + "with Select-Object *,@{n='\(name)';e={$_.\(name) -join ';'}} "
        + "-ExcludeProperty \(name)")
  }
}

/// What a cell of a directory file says.
private enum CSVDirectoryCell {
  private static let listPlaceholder =
    Array("Microsoft.ActiveDirectory.Management.ADPropertyValueCollection".utf8)

  static func isListPlaceholder(_ cell: Span<UInt8>) -> Bool {
    cell.count == listPlaceholder.count
      && listPlaceholder.indices.allSatisfy { cell[$0] == listPlaceholder[$0] }
  }

  /// PowerShell's `True` and `False`; nil for anything else.
  static func truth(_ cell: Span<UInt8>) -> Bool? {
    switch CanonicalText.of(array(cell)) {
    case Array("true".utf8)?: true
    case Array("false".utf8)?: false
    default: nil
    }
  }

  /// csvde writes what is not printable ASCII as `X'c3bc…'`.
  static func hexadecimal(_ cell: Span<UInt8>) -> [UInt8]? {
    guard cell.count >= 3, cell[0] == UInt8(ascii: "X"), cell[1] == UInt8(ascii: "'"),
      cell[cell.count - 1] == UInt8(ascii: "'")
    else { return nil }
    return Hex.bytes(array(cell)[2..<(cell.count - 1)])
  }

  private static func array(_ cell: Span<UInt8>) -> [UInt8] {
    unsafe cell.withUnsafeBufferPointer { unsafe Array($0) }
  }
}
