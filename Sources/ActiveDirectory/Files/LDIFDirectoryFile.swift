import TenantCore

/// Reads users of LDIF as ldapsearch and ldifde write it.
struct LDIFDirectoryFile {
  /// The most entries that are noted one by one; the rest is counted.
  static let maximumNotes = 20

  let path: String
  private(set) var findings: [Finding] = []
  private var skipped = 0

  /// What is read of one entry.
  private struct Entry {
    var line = 0
    var dn: [UInt8] = []
    var values: [(index: Int, value: [UInt8])] = []
    var classes: [[UInt8]] = []
    var categories: [[UInt8]] = []
    /// The number that ldapsearch's closing `result:` gives; nil for an entry.
    var result: Int?
    /// True if the server had another page to give after the one that this trailer closes.
    var hasMore = false
    var isTrailer = false
  }

  init(path: String) { self.path = path }

  /// Reads the file to its end; `full` is called after each record.
  mutating func read(
    _ bytes: [UInt8], into builder: inout DirectoryBatchBuilder,
    full: (inout DirectoryBatchBuilder) throws -> Void
  ) throws {
    var scanner = try LDIFScanner(bytes, path: path)
    var entry: Entry?
    var last: Entry?
    while let item = try scanner.next() {
      switch item {
      case .line(let line):
        if entry == nil {
          entry = try begin(line, scanner)
        } else {
          try add(line, to: &entry, builder, scanner)
        }
      case .end:
        try finish(&entry, last: &last, &builder, scanner)
        try full(&builder)
      }
    }
    try finish(&entry, last: &last, &builder, scanner)
    try checkEnd(last, scanner)
    noteRest()
  }

  /// An export that stops early is incomplete, and nothing may be concluded from it (T2).
  private func checkEnd(_ last: Entry?, _ scanner: LDIFScanner) throws {
    guard let last else {
      throw scanner.failure("the file holds no entry; an export has at least one", at: 1)
    }
    guard !scanner.promisesResult || last.result == 0 else {
      throw scanner.failure(
        "the export stops before the line 'result: 0 Success' of ldapsearch; export again",
        at: scanner.number)
    }
    guard !last.hasMore else {
      throw scanner.failure(
        "the export stops after a page that others follow; export again", at: scanner.number)
    }
  }

  /// The first line of a record: `dn:`, or one of the lines that exports have around entries.
  private func begin(_ line: LDIFLine, _ scanner: LDIFScanner) throws -> Entry? {
    switch String(decoding: line.name, as: UTF8.self).lowercased() {
    case "dn": return Entry(line: line.number, dn: line.value)
    case "version": return nil
    case "search", "ref", "control", "result":
      var entry = Entry(line: line.number, isTrailer: true)
      try readResult(line, into: &entry, scanner)
      return entry
    default:
      throw scanner.failure("an entry begins with 'dn:'", at: line.number)
    }
  }

  private func add(
    _ line: LDIFLine, to entry: inout Entry?, _ builder: DirectoryBatchBuilder,
    _ scanner: LDIFScanner
  ) throws {
    if entry?.isTrailer == true {
      if var trailer = entry {
        try readResult(line, into: &trailer, scanner)
        entry = trailer
      }
      return
    }
    switch String(decoding: line.name, as: UTF8.self).lowercased() {
    case "dn": throw scanner.failure("an empty line is missing before the entry", at: line.number)
    case "changetype":
      guard line.value.elementsEqual("add".utf8) else {
        throw scanner.failure("'changetype: add' is the only one of an export", at: line.number)
      }
    case "objectclass": entry?.classes.append(line.value)
    case "objectcategory": entry?.categories.append(line.value)
    default:
      guard let index = builder.index(of: line.name) else { return }
      try refuseCutRange(line, scanner)
      entry?.values.append((index, line.value))
    }
  }

  /// A range that does not end with `*` says that the server kept values back.
  private func refuseCutRange(_ line: LDIFLine, _ scanner: LDIFScanner) throws {
    let options = String(decoding: line.options, as: UTF8.self).lowercased().split(separator: ";")
    guard options.contains(where: { $0.hasPrefix("range=") && !$0.hasSuffix("*") }) else { return }
    throw scanner.failure(
      "\(String(decoding: line.name, as: UTF8.self)) has more values than the server gave at once; "
        + "read this directory live, or export the attribute in ranges", at: line.number)
  }

  private func readResult(
    _ line: LDIFLine, into entry: inout Entry, _ scanner: LDIFScanner
  ) throws {
    let text = String(decoding: line.value, as: UTF8.self)
    if line.name.elementsEqual("pagedresults".utf8) {
      entry.hasMore = text.contains("cookie=") && !text.hasSuffix("cookie=")
    }
    guard line.name.elementsEqual("result".utf8) else { return }
    guard let code = text.split(separator: " ").first.flatMap({ Int($0) }) else { return }
    entry.result = code
    guard code == 0 else {
      throw scanner.failure(
        "the export is incomplete: the search ended with result \(text)", at: line.number)
    }
  }

  private mutating func finish(
    _ entry: inout Entry?, last: inout Entry?, _ builder: inout DirectoryBatchBuilder,
    _ scanner: LDIFScanner
  ) throws {
    guard let finished = entry else { return }
    entry = nil
    last = finished
    guard !finished.isTrailer, isPerson(finished) else { return }
    for (index, value) in finished.values { builder.append(index: index, bytes: value) }
    builder.endRecord(dn: finished.dn)
  }

  /// M12, as far as the export tells: `(&(objectCategory=person)(objectClass=user))`.
  private mutating func isPerson(_ entry: Entry) -> Bool {
    let name = String(decoding: entry.dn, as: UTF8.self)
    guard !entry.classes.isEmpty else {
      skip(name, entry.line, "has no objectClass: export objectClass and objectCategory too")
      return false
    }
    guard entry.classes.contains(where: { isSame($0, "user") }) else { return false }
    guard !entry.categories.isEmpty else {
      skip(name, entry.line, "has no objectCategory: export it too, it tells people from computers")
      return false
    }
    return entry.categories.contains { isSame($0, "person") || isSame($0.prefix(10), "cn=person,") }
  }

  private mutating func skip(_ name: String, _ line: Int, _ why: String) {
    skipped += 1
    guard skipped <= Self.maximumNotes else { return }
    findings.append(
      Finding(.skippedEntry, subject: name, message: "\(path):\(line): the entry \(why)"))
  }

  private mutating func noteRest() {
    guard skipped > Self.maximumNotes else { return }
    findings.append(
      Finding(
        .skippedEntry,
        message: "\(path): \(skipped - Self.maximumNotes) more entries were passed over likewise"))
  }

  private func isSame(_ value: some Collection<UInt8>, _ word: String) -> Bool {
    String(decoding: value, as: UTF8.self).lowercased() == word
  }
}
