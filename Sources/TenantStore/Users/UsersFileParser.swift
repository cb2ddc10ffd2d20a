internal import PluginContract
internal import TenantCore

/// Parses the rows of a users file; a bad row is noted with its line and left out.
struct UsersFileParser {
  private enum Target: Equatable {
    case field(Int)
    case active
  }

  /// The most faults of a header that are named.
  private static let maximumFaults = 20

  private let path: String
  private var table: CSVTable
  /// What the file tells, and the columns that do; several columns may tell the same.
  private var targets: [(target: Target, columns: [Int])] = []
  private var file = UsersFile()
  private var lines: [Int] = []

  init(_ text: TextFile, path: String) throws {
    guard let table = try CSVTable(text) else {
      throw StoreError(.usersFile, "\(path):1: the file is empty; \(Self.expectation)")
    }
    self.path = path
    self.table = table
  }

  mutating func parse() throws -> UsersFile {
    try readHeader()
    var record = CSVRecord()
    while try table.next(&record) {
      do throws(RowFault) {
        append(try values(of: record), line: record.line)
      } catch {
        file.skipped.append("\(path):\(record.line): \(error.message)")
      }
    }
    sort()
    return file
  }

  private struct RowFault: Error {
    var message: String
  }

  private static let known = TenantField.allCases.map(\.rawValue) + ["active"]
  private static let expectation =
    "known columns are \(known.joined(separator: ", ")), separated by commas, semicolons or tabs"

  private mutating func readHeader() throws {
    var faults: [String] = []
    for (column, name) in table.names.enumerated() {
      let key = CanonicalText.of(name)
      guard let known = Self.known.firstIndex(where: { CanonicalText.of($0) == key }) else {
        faults.append("unknown column '\(name)'; \(Self.expectation)")
        continue
      }
      let target = known == TenantField.allCases.count ? Target.active : .field(known)
      if let place = targets.firstIndex(where: { $0.target == target }) {
        targets[place].columns.append(column)
      } else {
        targets.append((target, [column]))
      }
      if target == .active { file.hasActive = true } else { file.hasColumn[known] = true }
    }
    if !file.hasColumn[0] { faults.append("the required column 'userName' is missing") }
    guard faults.isEmpty else { throw refusal(of: faults) }
  }

  private func refusal(of faults: [String]) -> StoreError {
    let rest = faults.count - Self.maximumFaults
    let lines = faults.prefix(Self.maximumFaults).map { "\(path):\(table.line): \($0)" }
    let more = rest > 0 ? ["and \(rest) more unknown columns"] : []
    return StoreError(.usersFile, (lines + more).joined(separator: "\n"))
  }

  /// The values of a row in the order of ``targets``, checked.
  private func values(of record: CSVRecord) throws(RowFault) -> [ArraySlice<UInt8>] {
    guard record.count == table.names.count else {
      throw RowFault(
        message: "\(record.count) fields, but the header has \(table.names.count), separated by "
          + "\(table.delimiterName); a value that holds the delimiter needs quotes")
    }
    var values: [ArraySlice<UInt8>] = []
    for (target, columns) in targets {
      let value: ArraySlice<UInt8>
      do throws(TextError) {
        value = try table.value(of: columns, in: record)
      } catch {
        throw RowFault(message: error.message)
      }
      try check(value, target)
      values.append(value)
    }
    return values
  }

  private func check(_ value: ArraySlice<UInt8>, _ target: Target) throws(RowFault) {
    switch target {
    case .field(let field): try checkText(value, field)
    case .active:
      if Self.flag(value) == nil {
        throw RowFault(
          message: "active is '\(String(decoding: value.prefix(64), as: UTF8.self))'; write true, "
            + "false or nothing")
      }
    }
  }

  private func checkText(_ value: ArraySlice<UInt8>, _ field: Int) throws(RowFault) {
    let name = TenantField.allCases[field].rawValue
    guard value.count <= UsersFile.maximumFieldBytes else {
      throw RowFault(
        message: "\(name) has \(value.count) bytes; \(UsersFile.maximumFieldBytes) are allowed")
    }
    if field == 0, CanonicalText.of(value)?.isEmpty ?? true {
      throw RowFault(message: "userName is empty; every user needs one")
    }
  }

  private mutating func append(_ values: [ArraySlice<UInt8>], line: Int) {
    var isActive = true
    var isFilled = file.hasColumn.map { _ in false }
    for ((target, _), value) in zip(targets, values) {
      switch target {
      case .field(let field):
        file.columns[field].appendRecord(Self.nonBlank(value))
        isFilled[field] = true
        if field == 0 { file.keys.appendRecord(CanonicalText.of(value)) }
      case .active: isActive = Self.flag(value) ?? true
      }
    }
    for field in isFilled.indices where !isFilled[field] { file.columns[field].endRecord() }
    file.isActive.append(isActive)
    lines.append(line)
  }

  /// A value of blanks only is missing (S3).
  private static func nonBlank(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if let first = value.first, first > 0x20, first < 0x80 { return value }
    return CanonicalText.of(value)?.isEmpty ?? true ? nil : value
  }

  private static func flag(_ value: ArraySlice<UInt8>) -> Bool? {
    switch CanonicalText.of(value) {
    case []?, Array("true".utf8)?: true
    case Array("false".utf8)?: false
    default: nil
    }
  }

  /// Orders the rows by key and leaves out the second of two with one key.
  private mutating func sort() {
    let file = file
    let prefixes = (0..<file.count).map { Self.prefix(of: file.key(of: $0)) }
    func compare(_ left: Int, _ right: Int) -> Int {
      if prefixes[left] != prefixes[right] { return prefixes[left] < prefixes[right] ? -1 : 1 }
      return SnapshotOrder.compare(file.key(of: left), file.key(of: right))
    }
    var order = Array(0..<file.count)
    let isSorted = zip(order, order.dropFirst()).allSatisfy { compare($0, $1) < 0 }
    guard !isSorted else { return self.file.order = order }
    order.sort { left, right in
      let order = compare(left, right)
      return order == 0 ? left < right : order < 0
    }
    var kept: [Int] = []
    for row in order {
      if let last = kept.last, compare(last, row) == 0 {
        self.file.skipped.append(
          "\(path):\(lines[row]): userName '\(file.columns[0].text(of: row) ?? "")' is already "
            + "in line \(lines[last])")
      } else {
        kept.append(row)
      }
    }
    self.file.order = kept
  }

  /// The first eight bytes as a number, so that most comparisons are one instruction.
  private static func prefix(of key: ArraySlice<UInt8>) -> UInt64 {
    var prefix: UInt64 = 0
    for offset in 0..<8 {
      let index = key.startIndex + offset
      prefix = prefix << 8 | (index < key.endIndex ? UInt64(key[index]) : 0)
    }
    return prefix
  }
}
