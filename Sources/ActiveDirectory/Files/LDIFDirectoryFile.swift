import TenantCore

/// Reads users of LDIF as ldapsearch, ldifde, ldbsearch and samba-tool write it.
struct LDIFDirectoryFile {
  /// The most entries that are noted one by one; the rest is counted.
  static let maximumNotes = 20

  let path: String
  private(set) var findings: [Finding] = []
  private var skipped = 0
  private var end = LDIFEnd()
  private var changes = LDIFChanges()
  /// How many entries there were, and how many of them say what they are.
  private var (entries, known) = (0, 0)

  /// What is read of one record.
  private struct Record {
    enum Content {
      case entry
      /// What ldapsearch writes beside entries, such as `search: 2`.
      case trailer
      case change(LDIFChanges.Record)
    }

    var line: Int
    var dn: ArraySlice<UInt8> = []
    var content = Content.entry
    var kind = ObjectKind()
    var values: [(index: Int, value: ArraySlice<UInt8>)] = []
  }

  init(path: String) { self.path = path }

  /// Reads the file to its end; `full` is called after each record.
  mutating func read(
    _ text: TextFile, into builder: inout DirectoryBatchBuilder,
    full: (inout DirectoryBatchBuilder) throws -> Void
  ) throws {
    var scanner = LDIFScanner(text, path: path)
    var record: Record?
    while let item = try scanner.next() {
      switch item {
      case .line(let line):
        if record == nil {
          record = try begin(line, scanner)
        } else {
          try add(line, to: &record, builder, scanner)
        }
      case .separator(let number):
        guard case .change = record?.content else {
          throw scanner.failure("this is not an LDIF line: 'name: value' is expected", at: number)
        }
      case .comment(let text, let number): try end.take(comment: text, at: number, scanner)
      case .end:
        if let record { try finish(record, &builder, scanner) }
        record = nil
        try full(&builder)
      }
    }
    try checkEnd(open: record, scanner)
    noteRest()
  }

  /// An export that stops early is incomplete, and nothing may be concluded from it (T2).
  private func checkEnd(open record: Record?, _ scanner: LDIFScanner) throws {
    if let record, case .trailer = record.content {
    } else if let record {
      throw scanner.failure(
        "the file ends within the entry that begins here: exports end each one with an empty "
          + "line, so the rest is missing; export again, or add one if the entry is whole",
        at: record.line)
    }
    try end.check(scanner)
    guard entries > 0 else {
      throw scanner.failure("the file holds no entry; an export has at least one", at: 1)
    }
    guard known > 0 else {
      throw scanner.failure(
        "no entry says what it is, so people cannot be told from groups and computers: export "
          + "the attributes objectClass and objectCategory too", at: 1)
    }
  }

  /// The first line of a record: `dn:`, or one of the lines that exports have around entries.
  private mutating func begin(_ line: LDIFLine, _ scanner: LDIFScanner) throws -> Record? {
    switch String(decoding: line.name, as: UTF8.self).lowercased() {
    case "dn": return Record(line: line.number, dn: try scanner.value(of: line))
    case "version":
      try end.take(version: line, scanner)
      return nil
    case "search", "ref", "control", "result":
      try end.take(line, scanner)
      return Record(line: line.number, content: .trailer)
    default:
      throw scanner.failure("an entry begins with 'dn:'", at: line.number)
    }
  }

  private mutating func add(
    _ line: LDIFLine, to record: inout Record?, _ builder: DirectoryBatchBuilder,
    _ scanner: LDIFScanner
  ) throws {
    switch record?.content {
    case .trailer: try end.take(line, scanner)
    case .change(var change):
      change.add(line, isRead: { isRead($0, builder) })
      record?.content = .change(change)
    default: try addToEntry(line, &record, builder, scanner)
    }
  }

  private func addToEntry(
    _ line: LDIFLine, _ record: inout Record?, _ builder: DirectoryBatchBuilder,
    _ scanner: LDIFScanner
  ) throws {
    if line.isNamed("dn") {
      throw scanner.failure("an empty line is missing before the entry", at: line.number)
    }
    guard line.options.leaveAttribute else { return }
    if line.isNamed("changetype") {
      record?.content = try LDIFChanges.content(line, scanner).map(Record.Content.change) ?? .entry
    } else if line.isNamed("objectclass") {
      record?.kind.classes.append(try scanner.value(of: line))
    } else if line.isNamed("objectcategory") {
      record?.kind.categories.append(try scanner.value(of: line))
    } else if let index = builder.index(of: line.name) {
      guard !line.options.areCutRange else { throw cutRange(line, scanner) }
      record?.values.append((index, try value(of: line, scanner)))
    }
  }

  /// ldbsearch and samba-tool write an anchor as text, which is read as in CSV.
  private func value(of line: LDIFLine, _ scanner: LDIFScanner) throws -> ArraySlice<UInt8> {
    let value = try scanner.value(of: line)
    guard value.count >= 36, line.isNamed("objectguid"), let guid = ObjectGUID(text: value) else {
      return value
    }
    return guid.bytes[...]
  }

  private func cutRange(_ line: LDIFLine, _ scanner: LDIFScanner) -> DirectoryError {
    scanner.failure(
      "\(String(decoding: line.name, as: UTF8.self)) has more values than the server gave at once; "
        + "read this directory live, or export the attribute in ranges", at: line.number)
  }

  private func isRead(_ name: ArraySlice<UInt8>, _ builder: DirectoryBatchBuilder) -> Bool {
    ObjectKind.isSame(name, "objectclass") || ObjectKind.isSame(name, "objectcategory")
      || builder.index(of: name) != nil
  }

  private mutating func finish(
    _ record: Record, _ builder: inout DirectoryBatchBuilder, _ scanner: LDIFScanner
  ) throws {
    switch record.content {
    case .trailer: return
    case .change(let change):
      try changes.judge(change, of: record.dn, line: record.line, scanner)
    case .entry:
      entries += 1
      end.addEntry()
      let answer = record.kind.ofAllClasses
      if answer == .unknown { skip(record) } else { known += 1 }
      if answer == .other { changes.note(nobody: record.dn) }
      guard answer == .person else { return }
      for (index, value) in record.values { builder.append(index: index, bytes: value) }
      builder.endRecord(dn: record.dn)
    }
  }

  private mutating func skip(_ record: Record) {
    skipped += 1
    guard skipped <= Self.maximumNotes else { return }
    findings.append(
      Finding(
        .skippedEntry, subject: String(decoding: record.dn, as: UTF8.self),
        message: "\(path):\(record.line): the entry has no objectClass: export objectClass and "
          + "objectCategory too"))
  }

  private mutating func noteRest() {
    guard skipped > Self.maximumNotes else { return }
    findings.append(
      Finding(
        .skippedEntry,
        message: "\(path): \(skipped - Self.maximumNotes) more entries were skipped for the same "
          + "reason"))
  }
}
