internal import PluginContract
internal import TenantCore

/// The rows of a users file, or of a block of it; a bad one is noted with its line and left out.
struct UsersFileRows: Sendable {
  /// The values of each ``PluginContract/TenantField``, in its order, in the file's order.
  var columns = TenantField.allCases.map { _ in PackedColumn() }
  /// The folded user names.
  var keys = PackedColumn()
  var isActive: [Bool] = []
  /// The line of each row.
  var lines: [Int] = []
  /// Rows that were left out.
  var faults: [TextError] = []

  /// Reads all rows of a block.
  ///
  /// - Throws: ``TenantCore/TextError`` for what CSV does not allow.
  mutating func read(
    _ table: inout CSVTable, _ plan: UsersFileColumns
  ) throws(TextError) {
    var record = CSVRecord()
    var values: [Range<Int>] = []
    var key: [UInt8] = []
    while try table.next(&record) {
      do throws(TextError) {
        try Self.take(&values, of: record, table, plan, key: &key)
        append(values, of: table, plan, key: key)
        lines.append(record.line)
      } catch {
        faults.append(TextError(line: record.line, message: error.message))
      }
    }
  }

  /// Takes the rows over that follow.
  ///
  /// - Parameter linesBefore: how many lines stand before theirs.
  mutating func append(_ other: UsersFileRows, linesBefore: Int) {
    for field in columns.indices { columns[field].append(contentsOf: other.columns[field]) }
    keys.append(contentsOf: other.keys)
    isActive.append(contentsOf: other.isActive)
    lines.append(contentsOf: other.lines.lazy.map { $0 + linesBefore })
    faults.append(
      contentsOf: other.faults.map { TextError(line: $0.line + linesBefore, message: $0.message) })
  }

  /// Makes room for the rows of a file of so many bytes, most of which are values.
  mutating func reserve(bytes: Int) {
    for field in columns.indices {
      columns[field].reserve(records: bytes / 128, bytes: bytes / columns.count)
    }
  }

  /// Takes the values of a row in the order of the plan, checked, and its key.
  private static func take(
    _ values: inout [Range<Int>], of record: CSVRecord, _ table: CSVTable,
    _ plan: UsersFileColumns, key: inout [UInt8]
  ) throws(TextError) {
    guard record.count == table.header.names.count else {
      throw TextError(
        line: record.line,
        message: "\(record.count) fields, but the header has \(table.header.names.count), "
          + "separated by \(table.header.delimiterName); a value that holds the delimiter needs "
          + "quotes")
    }
    let bytes = table.scanner.bytes.span
    values.removeAll(keepingCapacity: true)
    for place in plan.targets.indices {
      let (target, column) = plan.targets[place]
      let range = try table.cell(column, plan.doubled, place, in: record)
      values.append(range)
      switch target {
      case .field(let field):
        try checkLength(range.count, field, record)
        guard field == 0 else { continue }
        key.removeAll(keepingCapacity: true)
        _ = CanonicalText.append(bytes.extracting(range), to: &key)
        if key.isEmpty {
          throw TextError(line: record.line, message: "userName is empty; every user needs one")
        }
      case .active:
        guard flag(bytes.extracting(range)) == nil else { continue }
        let shown = String(decoding: table.bytes[range].prefix(64), as: UTF8.self)
        throw TextError(
          line: record.line, message: "active is '\(shown)'; write true, false or nothing")
      }
    }
  }

  private static func checkLength(
    _ count: Int, _ field: Int, _ record: CSVRecord
  ) throws(TextError) {
    guard count > UsersFile.maximumFieldBytes else { return }
    throw TextError(
      line: record.line,
      message: "\(TenantField.allCases[field].rawValue) has \(count) bytes; "
        + "\(UsersFile.maximumFieldBytes) are allowed")
  }

  private mutating func append(
    _ values: [Range<Int>], of table: CSVTable, _ plan: UsersFileColumns, key: [UInt8]
  ) {
    let bytes = table.scanner.bytes.span
    var isActive = true
    for (index, range) in values.enumerated() {
      let value = bytes.extracting(range)
      switch plan.targets[index].target {
      case .field(let field): if !Self.isBlank(value) { columns[field].append(value) }
      case .active: isActive = Self.flag(value) ?? true
      }
    }
    for field in columns.indices { columns[field].endRecord() }
    keys.appendRecord(key.span)
    self.isActive.append(isActive)
  }

  /// A value of blanks only is missing (S3).
  private static func isBlank(_ value: Span<UInt8>) -> Bool {
    guard !value.isEmpty else { return true }
    if value[0] > 0x20, value[0] < 0x80 { return false }
    return canonical(value).isEmpty
  }

  private static func flag(_ value: Span<UInt8>) -> Bool? {
    guard !value.isEmpty else { return true }
    switch canonical(value) {
    case [], Array("true".utf8): return true
    case Array("false".utf8): return false
    default: return nil
    }
  }

  private static func canonical(_ value: Span<UInt8>) -> [UInt8] {
    var canonical: [UInt8] = []
    _ = CanonicalText.append(value, to: &canonical)
    return canonical
  }
}
