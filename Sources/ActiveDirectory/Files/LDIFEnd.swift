/// What an export says of its own end: whether it is whole (T2).
///
/// ldapsearch closes with `result: 0` and `# numEntries`, page by page with `pagedresults`;
/// ldbsearch numbers its records and closes with `# returned 3 records`. ldifde, samba-tool and
/// `ldapsearch -LLL` say nothing of the kind.
struct LDIFEnd {
  /// What has been promised and must still come.
  private enum Promise {
    /// `result:`, by ldapsearch.
    case result
    /// The comment `search result`, by `ldapsearch -L`.
    case searchResult
    /// The comment `returned 3 records`, by ldbsearch.
    case returned
  }

  private var promise: Promise?
  /// True if the server had another page to give after the one that was closed last.
  private var hasMore = false
  // Since the last time that the file gave their number.
  private var entries = 0
  private var references = 0
  private var results = 0
  private var commentedReferences = 0
  private var commentedResults = 0

  /// Counts an entry.
  mutating func addEntry() { entries += 1 }

  /// Takes a line of what ldapsearch writes beside entries.
  mutating func take(_ line: LDIFLine, _ scanner: LDIFScanner) throws {
    let text = String(decoding: line.text, as: UTF8.self)
    switch String(decoding: line.name, as: UTF8.self) {
    case "ref": references += 1
    case "pagedresults": takeCookie(text)
    case "result":
      guard let code = text.split(separator: " ").first.flatMap({ Int($0) }) else { return }
      guard code == 0 else {
        throw scanner.failure(
          "the export is incomplete: the search ended with result \(text)", at: line.number)
      }
      results += 1
      if promise == .result { promise = nil }
    default: return
    }
  }

  /// Takes the line `version:`, with which LDIF begins: what came before it must be whole.
  mutating func take(version line: LDIFLine, _ scanner: LDIFScanner) throws {
    guard entries > 0 else { return }
    try begin(nil, at: line.number, scanner)
  }

  /// Takes a comment, of which tools make statements.
  mutating func take(
    comment bytes: ArraySlice<UInt8>, at line: Int, _ scanner: LDIFScanner
  ) throws {
    // ldapsearch puts a comment before each entry; its own words are short.
    guard bytes.count < 256, bytes.first == UInt8(ascii: " ") else { return }
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    if text.hasPrefix("pagedresults:") { return takeCookie(text) }
    switch text {
    case "extended LDIF": try begin(.result, at: line, scanner)
    case "LDAPv3": promise = promise ?? .searchResult
    case "search reference": commentedReferences += 1
    case "search result":
      commentedResults += 1
      if promise == .searchResult { promise = nil }
    default: try take(statement: text, at: line, scanner)
    }
  }

  /// Judges the end of the file.
  func check(_ scanner: LDIFScanner) throws {
    let number = scanner.number
    if let promise { throw scanner.failure(Self.message(of: promise), at: number) }
    guard !hasMore else {
      throw scanner.failure(
        "the export stops after a page that others follow; export again", at: number)
    }
  }

  private mutating func begin(_ next: Promise?, at line: Int, _ scanner: LDIFScanner) throws {
    if let promise {
      throw scanner.failure(
        "another export begins here, and of the one before \(Self.message(of: promise))",
        at: line)
    }
    promise = next
  }

  private static func message(of promise: Promise) -> String {
    switch promise {
    case .result:
      "the export stops before the line 'result: 0 Success' of ldapsearch; export again"
    case .searchResult:
      "the export stops before the comment 'search result' of ldapsearch; export again"
    case .returned:
      "the export stops before the comment 'returned … records' of ldbsearch; export again"
    }
  }

  private mutating func takeCookie(_ text: String) {
    guard let cookie = text.firstRange(of: "cookie=") else { return }
    hasMore = !text[cookie.upperBound...].allSatisfy(\.isWhitespace)
  }

  /// `numEntries: 12` of ldapsearch, `12 entries` of ldbsearch and their like.
  private mutating func take(
    statement text: String, at line: Int, _ scanner: LDIFScanner
  ) throws {
    let words = text.split(separator: " ", maxSplits: 3).map(String.init)
    func check(_ number: String, _ held: Int, _ what: String) throws -> Bool {
      guard let number = Int(number) else { return false }
      guard number <= held else {
        throw scanner.failure(
          "the export is incomplete: it says that it has \(number) \(what), and the file holds "
            + "\(held); export again", at: line)
      }
      return true
    }
    switch (words.first, words.last, words.count) {
    case ("numResponses:", let number?, 2):
      let held =
        entries + max(references, commentedReferences) + max(results, commentedResults, 1)
      if try check(number, held, "responses") { (results, commentedResults) = (0, 0) }
    case ("numEntries:", let number?, 2):
      if try check(number, entries, "entries") { entries = 0 }
    case ("numReferences:", let number?, 2):
      if try check(number, max(references, commentedReferences), "references") {
        (references, commentedReferences) = (0, 0)
      }
    case ("record", let number?, 2) where Int(number) != nil:
      if number == "1" { try begin(.returned, at: line, scanner) }
      promise = promise ?? .returned
    case ("returned", "records", 3):
      guard try check(words[1], entries + references, "records") else { return }
      (entries, references) = (0, 0)
      if promise == .returned { promise = nil }
    default: return
    }
  }
}
