internal import OperatingSystem
internal import PluginContract
internal import TenantCore

/// Decisions as a spreadsheet has them: the columns of an export, and those of decisions.
struct DecisionSheet: Sendable {
  /// A line with a decision.
  struct Line: Sendable {
    let number: Int
    let target: Target
    let wish: ReviewDecision.Wish
  }

  /// Whom a line is about.
  enum Target: Sendable, Hashable {
    case guid(ObjectGUID)
    /// The login, and the domain if the line has one; both folded.
    case login(String, domain: String?)
    /// An unclaimed user, or the user of a vanished link, folded.
    case user(String)
  }

  /// The largest file: a million rows have about 200 MB.
  private static let maximumBytes = 1 << 30
  /// What is read; any other column of an export, or of a round, is passed over.
  private static let read = [
    "objectGUID", "activeDirectoryLogin", "domain", "userName", "decision", "note", "until", "for",
  ]
  private static let ignored = ["kind", "attention"]

  let path: String
  /// Lines with a decision, in order.
  private(set) var lines: [Line] = []
  /// True if the file says of each decision how long it holds, or who is to fix it.
  private(set) var (hasUntil, hasAssignee) = (false, false)
  /// Lines without one.
  private(set) var blankCount = 0
  /// What is wrong, by line.
  private(set) var problems: [(line: Int, message: String)] = []

  /// Reads a file.
  ///
  /// - Throws: ``Failure`` for what is no such table; what is wrong with single lines is in ``problems``.
  init(_ path: String, at moment: Timestamp) throws {
    let bytes: [UInt8]
    do throws(SystemFailure) {
      bytes = try FileDescriptor(given: path).bytes(limit: Self.maximumBytes + 1)
    } catch {
      throw Failure(.configuration, "'\(path)' cannot be read: \(error)")
    }
    guard bytes.count <= Self.maximumBytes else {
      throw Failure(.configuration, "'\(path)' is longer than 1 GiB; split it")
    }
    try self.init(bytes, path: path, at: moment)
  }

  /// Reads what a file holds.
  init(_ bytes: [UInt8], path: String, at moment: Timestamp) throws {
    self.path = path
    do {
      try read(bytes, at: moment)
    } catch let error as TextError {
      throw Failure(.configuration, "\(path):\(error.line): \(error.message)")
    }
  }

  private mutating func read(_ bytes: [UInt8], at moment: Timestamp) throws {
    guard var table = try CSVTable(TextFile(bytes)) else {
      throw Failure(.configuration, "\(path):1: the file is empty")
    }
    let columns = try columns(table.header)
    (hasUntil, hasAssignee) = (columns["until"] != nil, columns["for"] != nil)
    var record = CSVRecord()
    while try table.next(&record) {
      func cell(_ name: String) -> String {
        guard let column = columns[name], column < record.count else { return "" }
        let text = CSVCellWriter.withoutGuard(table.text(column, of: record))
        return String(text.drop(while: \.isWhitespace))
      }
      read(record.line, cell, at: moment)
    }
  }

  /// Where the columns are, by their names.
  private func columns(_ header: CSVHeader) throws -> [String: Int] {
    let named = RowColumn.allCases.map { ($0.heading, $0.rawValue) }
    let known = Dictionary(
      (named + RowColumn.allCases.map { ($0.rawValue, $0.rawValue) }
        + (Self.read + Self.ignored).map { ($0, $0) })
        .map { (CanonicalText.of($0.0), $0.1) }
    ) { first, _ in first }
    var columns: [String: Int] = [:]
    for (index, name) in header.names.enumerated() {
      guard let column = known[CanonicalText.of(name)] else {
        throw Failure(
          .configuration,
          "\(path):\(header.line): unknown column '\(name)'; the columns of an export are known, "
            + "and decision, note, until, for")
      }
      guard columns.updateValue(index, forKey: column) == nil else {
        throw Failure(
          .configuration, "\(path):\(header.line): the column '\(name)' is there twice")
      }
    }
    let names = ["objectGUID", "activeDirectoryLogin", "userName"]
    guard columns["decision"] != nil, names.contains(where: { columns[$0] != nil }) else {
      throw Failure(
        .configuration,
        "\(path):\(header.line): there must be a column 'decision', and 'objectGUID' or "
          + "'activeDirectoryLogin'")
    }
    return columns
  }

  private mutating func read(
    _ number: Int, _ cell: (String) -> String, at moment: Timestamp
  ) {
    func fail(_ message: String) { problems.append((number, message)) }
    let word = cell("decision")
    guard !word.isEmpty else {
      let left = ["note", "until", "for"].first { !cell($0).isEmpty }
      if let left { return fail("there is '\(left)', but no decision") }
      blankCount += 1
      return
    }
    guard let kind = ReviewDecision.Kind(rawValue: CanonicalText.of(word)) else {
      let known = ReviewDecision.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      return fail("unknown decision '\(word)'; known are \(known)")
    }
    let day = cell("until")
    let until = Day(day)
    guard day.isEmpty || until != nil else {
      return fail("'\(day)' is no day; write it as 2026-12-31")
    }
    let wish = ReviewDecision.Wish(kind, note: cell("note"), until: until, assignee: cell("for"))
    if let problem = wish.problem(at: moment) { return fail(problem) }
    switch Self.target(cell) {
    case .success(let target): lines.append(Line(number: number, target: target, wish: wish))
    case .failure(let problem): fail(problem.message)
    }
  }

  private struct NoTarget: Error {
    let message: String
  }

  private static func target(_ cell: (String) -> String) -> Result<Target, NoTarget> {
    let text = cell("objectGUID")
    if !text.isEmpty {
      guard let guid = ObjectGUID(text) else {
        return .failure(NoTarget(message: "'\(text)' is no objectGUID"))
      }
      return .success(.guid(guid))
    }
    let login = CanonicalText.of(cell("activeDirectoryLogin"))
    if !login.isEmpty {
      let domain = CanonicalText.of(cell("domain"))
      return .success(.login(login, domain: domain.isEmpty ? nil : domain))
    }
    let user = CanonicalText.of(cell("userName"))
    guard !user.isEmpty else {
      return .failure(NoTarget(message: "the line names nobody"))
    }
    return .success(.user(user))
  }

  /// True if a line says what stands already; what the file has no column for is as it stands.
  func isSame(_ wish: ReviewDecision.Wish, as standing: ReviewDecision.Wish?) -> Bool {
    guard let standing else { return false }
    var wish = wish
    if !hasUntil { wish.until = standing.until }
    if !hasAssignee { wish.assignee = standing.assignee }
    return wish == standing
  }

  /// Adds what is wrong with a line.
  mutating func refuse(_ line: Int, _ message: String) { problems.append((line, message)) }

  /// All that is wrong, in the order of the lines; nil if nothing is.
  var rejection: Failure? {
    guard !problems.isEmpty else { return nil }
    let lines = problems.sorted { $0.line < $1.line }.map { "\(path):\($0.line): \($0.message)" }
    return Failure(.configuration, lines.joined(separator: "\n"))
  }
}
