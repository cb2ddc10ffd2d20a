internal import PluginContract
internal import TenantCore

/// Parses the rows of a users file; a bad row is noted with its line and left out.
struct UsersFileParser {
  private enum Target {
    case field(Int)
    case active
  }

  private let path: String
  private var scanner: CSVScanner
  private var targets: [Target] = []
  private var file = UsersFile()
  private var lines: [Int] = []

  init(_ bytes: [UInt8], path: String) throws {
    self.path = path
    scanner = try CSVScanner(bytes)
  }

  mutating func parse() throws -> UsersFile {
    var record = CSVRecord()
    guard try scanner.next(&record) else {
      throw StoreError(.usersFile, "\(path):1: the file is empty; \(Self.expectation)")
    }
    try readHeader(record)
    while try scanner.next(&record) {
      do throws(RowFault) {
        try check(record)
        append(record)
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
  private static let expectation = "known columns are \(known.joined(separator: ", "))"

  private mutating func readHeader(_ record: CSVRecord) throws {
    var faults: [String] = []
    for index in 0..<record.count {
      let name = record.text(index)
      let key = CanonicalText.of(name)
      let known = Self.known.firstIndex { CanonicalText.of($0) == key }
      guard let known else {
        faults.append("unknown column '\(name)'; \(Self.expectation)")
        continue
      }
      let isActive = known == TenantField.allCases.count
      if isActive ? file.hasActive : file.hasColumn[known] {
        faults.append("column '\(name)' stands twice")
      }
      targets.append(isActive ? .active : .field(known))
      if isActive { file.hasActive = true } else { file.hasColumn[known] = true }
    }
    if !file.hasColumn[0] { faults.append("column 'userName' is missing; it is required") }
    guard faults.isEmpty else {
      let lines = faults.map { "\(path):\(record.line): \($0)" }
      throw StoreError(.usersFile, lines.joined(separator: "\n"))
    }
  }

  private func check(_ record: CSVRecord) throws(RowFault) {
    guard record.count == targets.count else {
      throw RowFault(
        message: "\(record.count) fields, but the header has \(targets.count); "
          + "a value with a comma needs quotes")
    }
    for (index, target) in targets.enumerated() {
      let value = record.field(index)
      switch target {
      case .field(let field): try checkText(value, field)
      case .active:
        if Self.flag(value) == nil {
          throw RowFault(
            message: "active is '\(record.text(index))'; write true, false or nothing")
        }
      }
    }
  }

  private func checkText(_ value: ArraySlice<UInt8>, _ field: Int) throws(RowFault) {
    let name = TenantField.allCases[field].rawValue
    guard value.count <= UsersFile.maximumFieldBytes else {
      throw RowFault(
        message: "\(name) has \(value.count) bytes; \(UsersFile.maximumFieldBytes) are allowed")
    }
    guard let key = CanonicalText.of(value), !value.contains(0) else {
      throw RowFault(message: "\(name) is not UTF-8 text; save the file as UTF-8")
    }
    if field == 0, key.isEmpty { throw RowFault(message: "userName is empty; it is required") }
  }

  private mutating func append(_ record: CSVRecord) {
    var isActive = true
    var isFilled = file.hasColumn.map { _ in false }
    for (index, target) in targets.enumerated() {
      switch target {
      case .field(let field):
        file.columns[field].appendRecord(Self.nonBlank(record.field(index)))
        isFilled[field] = true
        if field == 0 { file.keys.appendRecord(CanonicalText.of(record.field(index))) }
      case .active: isActive = Self.flag(record.field(index)) ?? true
      }
    }
    for field in isFilled.indices where !isFilled[field] { file.columns[field].endRecord() }
    file.isActive.append(isActive)
    lines.append(record.line)
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
          "\(path):\(lines[row]): userName '\(file.columns[0].text(of: row) ?? "")' stands in "
            + "line \(lines[last]) already")
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
