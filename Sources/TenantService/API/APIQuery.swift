internal import Foundation
internal import Hummingbird
internal import TenantCore

/// Reads a query strictly: a parameter that is misspelled, doubled or blank must not widen an answer.
enum APIQuery {
  /// A parameter that a call knows.
  struct Parameter: Sendable {
    /// What its value may be.
    enum Kind: Sendable { case word, number, text, searchText }

    let name: String
    var kind = Kind.word
    /// The most Unicode scalars.
    var longest = 64
    var mayRepeat = false

    /// One of some words.
    static func word(_ name: String, longest: Int = 64, mayRepeat: Bool = false) -> Parameter {
      Parameter(name: name, longest: longest, mayRepeat: mayRepeat)
    }

    /// A whole number from 0.
    static func number(_ name: String) -> Parameter {
      Parameter(name: name, kind: .number, longest: 19)
    }

    /// Any text that is not blank.
    static func text(_ name: String, longest: Int = 256) -> Parameter {
      Parameter(name: name, kind: .text, longest: longest)
    }

    /// What is searched for; a blank text finds everything.
    static let search = Parameter(name: "search", kind: .searchText, longest: 256)
    static let page = number("page")
    static let size = number("size")
    static let order = word("order")
  }

  /// The most parameters of a request.
  private static let most = 64

  /// The query's fields.
  ///
  /// - Throws: ``WebFailure`` that lists the known names.
  static func fields(of request: Request, known: [Parameter]) throws -> FormFields {
    let query = request.uri.query ?? ""
    var seen: Set<String> = []
    let fields = query.split(separator: "&")
    guard fields.count <= most else {
      throw WebFailure(.badRequest, "a query has at most \(most) parameters")
    }
    for field in fields {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(parts[0]), let value = decoded(parts.dropFirst().first ?? "") else {
        throw WebFailure(.badRequest, "the query is not correctly encoded")
      }
      guard let parameter = known.first(where: { $0.name == name }) else {
        throw unknown(name, known)
      }
      guard seen.insert(name).inserted || parameter.mayRepeat else {
        throw WebFailure(.badRequest, "'\(name)' may be given only once")
      }
      try check(value, parameter)
    }
    return FormFields(query)
  }

  private static func check(_ value: String, _ parameter: Parameter) throws {
    let name = parameter.name
    guard value.unicodeScalars.count <= parameter.longest else {
      throw WebFailure(.badRequest, "'\(name)' has at most \(parameter.longest) characters")
    }
    if parameter.kind == .searchText { return }
    guard !value.allSatisfy(\.isWhitespace) else {
      throw WebFailure(.badRequest, "'\(name)' is blank; leave it out or give it a value")
    }
    guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw WebFailure(.badRequest, "'\(name)' has a control character")
    }
    if parameter.kind == .number, !value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      throw WebFailure(.badRequest, "'\(name)' must be a whole number")
    }
  }

  private static func unknown(_ name: String, _ known: [Parameter]) -> WebFailure {
    let names = known.map(\.name).joined(separator: ", ")
    return WebFailure(
      .badRequest,
      "unknown parameter '\(name.prefix(64))'; "
        + (names.isEmpty ? "this call takes none" : "known: \(names)"))
  }

  private static func decoded(_ text: some StringProtocol) -> String? {
    text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
  }
}

extension FormFields {
  /// `true` or `false`; false if it is not there.
  func flag(_ name: String) throws -> Bool {
    try choice(name, of: ["true", "false"]) == "true"
  }
}
