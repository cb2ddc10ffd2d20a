internal import OperatingSystem
internal import PluginContract
package import TenantCore

/// Changes of links as a spreadsheet has them: the columns of an export, and `action`, `userName` and `reason`.
struct LinkSheet: Sendable {
  /// The largest file: a million lines have about 200 MB.
  static let maximumBytes = 1 << 30
  /// The longest reason.
  static let longestReason = 1000

  private static let columns =
    ["action", "userName", "reason"] + RowColumn.allCases.map(\.rawValue)

  let path: String
  /// What lines ask for, in order.
  private(set) var wishes: [LinkWish] = []
  /// The line of each wish.
  private(set) var lines: [Int] = []
  /// Lines that ask for nothing.
  private(set) var blankCount = 0
  /// What is wrong with single lines.
  private(set) var problems: [SheetError.Problem] = []

  /// Reads a file.
  ///
  /// - Throws: ``Failure`` for what is no such table; what is wrong with single lines is in ``problems``.
  init(_ path: String) throws {
    let bytes: [UInt8]
    do throws(SystemFailure) {
      bytes = try FileDescriptor(given: path).bytes(limit: Self.maximumBytes + 1)
    } catch {
      throw Failure(.configuration, "'\(path)' cannot be read: \(error)")
    }
    guard bytes.count <= Self.maximumBytes else {
      throw Failure(.configuration, "'\(path)' is longer than 1 GiB; split it")
    }
    try self.init(bytes, path: path)
  }

  /// Reads what a file holds.
  init(_ bytes: [UInt8], path: String) throws {
    self.path = path
    do {
      guard var table = try CSVTable(TextFile(bytes)) else {
        throw SheetError(path, line: 1, "the file is empty; it begins with a line of column names")
      }
      let columns = try columns(table.header)
      var record = CSVRecord()
      while try table.next(&record) {
        read(record.line) { name in
          guard let column = columns[name], column < record.count else { return "" }
          return Self.trimmed(CSVCellWriter.withoutGuard(table.text(column, of: record)))
        }
      }
    } catch let error as TextError {
      throw SheetError(path, line: error.line, error.message)
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// Where the columns are, by their names.
  private func columns(_ header: CSVHeader) throws -> [String: Int] {
    let names =
      Self.columns.map { ($0, $0) } + RowColumn.allCases.map { ($0.heading, $0.rawValue) }
    let known = Dictionary(names.map { (CanonicalText.of($0.0), $0.1) }) { first, _ in first }
    var columns: [String: Int] = [:]
    for (index, name) in header.names.enumerated() {
      guard let column = known[CanonicalText.of(name)] else {
        throw SheetError(
          path, line: header.line,
          "unknown column '\(name)'; known are action, userName, reason and the columns of an "
            + "export, separated by commas, semicolons or tabs")
      }
      guard columns.updateValue(index, forKey: column) == nil else {
        throw SheetError(path, line: header.line, "the column '\(name)' is there twice")
      }
    }
    let targets = ["objectGUID", "activeDirectoryLogin", "userName"]
    guard columns["action"] != nil, targets.contains(where: { columns[$0] != nil }) else {
      throw SheetError(
        path, line: header.line,
        "there must be a column 'action', and 'activeDirectoryLogin', 'objectGUID' or, for AD users "
          + "that are gone, 'userName'")
    }
    return columns
  }

  private mutating func read(_ line: Int, _ cell: (String) -> String) {
    let (word, reason) = (cell("action"), cell("reason"))
    func refuse(_ message: String) {
      problems.append(SheetError.Problem(line: line, message: message))
    }
    guard !word.isEmpty else {
      guard reason.isEmpty else { return refuse("there is a reason, but no action") }
      blankCount += 1
      return
    }
    guard let action = LinkWish.Action(rawValue: CanonicalText.of(word)) else {
      let known = LinkWish.Action.allCases.map(\.rawValue).joined(separator: ", ")
      return refuse("unknown action '\(word)'; known are \(known)")
    }
    guard reason.unicodeScalars.count <= Self.longestReason else {
      return refuse("a reason has at most \(Self.longestReason) characters")
    }
    let userName = cell("userName")
    guard let target = Self.target(cell, action) else {
      let text = cell("objectGUID")
      return refuse(
        !text.isEmpty
          ? "'\(text)' is no objectGUID"
          : action == .link ? "the line names no directory user" : "the line names nobody")
    }
    guard action != .link || !userName.isEmpty else {
      return refuse("'link' needs a userName, to link to")
    }
    lines.append(line)
    wishes.append(
      LinkWish(action, target, userName: userName.isEmpty ? nil : userName, reason: reason))
  }

  /// Whom a line is about: by GUID, else by login, else by the tenant user.
  private static func target(
    _ cell: (String) -> String, _ action: LinkWish.Action
  ) -> LinkTarget? {
    let guid = cell("objectGUID")
    if !guid.isEmpty { return ObjectGUID(guid).map { .row(.guid($0)) } }
    let (login, domain) = (cell("activeDirectoryLogin"), cell("domain"))
    if case .domain? = LoginName(login)?.qualifier { return .login(login) }
    if !login.isEmpty { return .login(domain.isEmpty ? login : "\(domain)\\\(login)") }
    let userName = cell("userName")
    return action == .link || userName.isEmpty ? nil : .user(userName)
  }

  /// Gives a reason to lines that say none.
  mutating func fillReasons(with reason: String?) {
    for wish in wishes.indices where wishes[wish].reason == nil { wishes[wish].reason = reason }
  }

  /// All that is wrong, with what stands against single wishes.
  func error(with others: [LinkEditError.Problem] = []) -> SheetError {
    SheetError(
      path, (problems + SheetError.problems(others, lines: lines)).sorted { $0.line < $1.line })
  }
}

/// What is wrong with the lines of a spreadsheet.
package struct SheetError: Error, Sendable, CustomStringConvertible {
  /// A wrong line.
  package struct Problem: Sendable, Equatable {
    /// From 1.
    package var line: Int
    package var message: String
  }

  package let path: String
  /// In the order of the lines.
  package let problems: [Problem]

  init(_ path: String, _ problems: [Problem]) { (self.path, self.problems) = (path, problems) }

  init(_ path: String, line: Int, _ message: String) {
    self.init(path, [Problem(line: line, message: message)])
  }

  /// What stands against wishes, each of which a line asked for.
  init(_ path: String, _ error: LinkEditError, lines: [Int]) {
    self.init(path, Self.problems(error.all, lines: lines))
  }

  static func problems(_ problems: [LinkEditError.Problem], lines: [Int]) -> [Problem] {
    problems.map { problem in
      let other = problem.other.map { " (line \(lines[$0]))" } ?? ""
      return Problem(line: lines[problem.wish], message: problem.failure.message + other)
    }
  }

  /// A line for each, with its place.
  package var description: String {
    problems.map { "\(path):\($0.line): \($0.message)" }.joined(separator: "\n")
  }
}

extension SheetError: ClassifiedError {
  package var failure: Failure { Failure(.configuration, description) }
}

extension TenantSession {
  /// Changes links as a spreadsheet says, all of it or nothing.
  ///
  /// - Throws: ``SheetError`` that names every wrong line.
  package func changeLinks(file path: String, dryRun: Bool) async throws -> LinkChanges {
    try await change(try await OwnThread.run { try LinkSheet(path) }, dryRun)
  }

  /// The same of a spreadsheet that was sent.
  ///
  /// - Parameters:
  ///   - name: what it is called in messages.
  ///   - reason: of lines that say none.
  package func changeLinks(
    sheet bytes: [UInt8], named name: String, reason: String? = nil, dryRun: Bool
  ) async throws -> LinkChanges {
    var sheet = try await OwnThread.run { try LinkSheet(bytes, path: name) }
    sheet.fillReasons(with: reason)
    return try await change(sheet, dryRun)
  }

  private func change(_ sheet: LinkSheet, _ dryRun: Bool) async throws -> LinkChanges {
    let isWrong = !sheet.problems.isEmpty
    do {
      // What else is wrong is found all the same.
      var changes = try await change(sheet.wishes, dryRun: dryRun || isWrong)
      guard !isWrong else { throw sheet.error() }
      changes.blank = sheet.blankCount
      return changes
    } catch let error as LinkEditError {
      throw sheet.error(with: error.all)
    }
  }
}
