internal import HTTPTypes
internal import PluginContract
internal import TenantCore

/// Which part of a history a page or a call asks for.
struct HistoryQuery: Sendable {
  private(set) var filter = HistoryFilter()
  /// As it was typed: what can be nobody's login finds nothing.
  let login: String?

  /// Reads what pages and the API call it.
  ///
  /// - Throws: ``WebFailure`` that says what can be given.
  init(_ fields: FormFields) throws {
    login = fields["login"]
    filter.login = login.flatMap(LoginName.init)
    filter.run = try fields.number("run", in: 1...Int.max).map(Int64.init)
    let kinds = ChangeRecord.Kind.allCases.map(\.rawValue)
    filter.kinds = Set(
      try fields.all("kind").map { name in
        guard let kind = ChangeRecord.Kind(rawValue: name) else {
          throw FormFields.unknown("kind", name, known: kinds)
        }
        return kind
      })
    filter.actor = fields["actor"]
    filter.since = try Self.day("since", fields)
    filter.until = try Self.day("until", fields)
  }

  private static func day(_ name: String, _ fields: FormFields) throws -> Day? {
    try fields[name].map { text in
      guard let day = Day(text) else {
        throw WebFailure(.badRequest, "'\(name)' must be a day such as 2026-12-31")
      }
      return day
    }
  }

  /// True if it can find anything.
  var canFind: Bool { login == nil || filter.login != nil }

  /// True if it leaves something out.
  var isNarrowed: Bool { login != nil || filter != HistoryFilter() }

  /// The query as fields of a URL.
  var fields: [(name: String, value: String?)] {
    [
      ("login", login), ("run", filter.run.map { "\($0)" }), ("actor", filter.actor),
      ("since", filter.since?.description), ("until", filter.until?.description),
    ] + filter.kinds.map(\.rawValue).sorted().map { ("kind", $0) }
  }
}
