internal import HTTPTypes
internal import PluginContract
internal import TenantCore

/// Which part of a history a page or a call asks for.
struct HistoryQuery: Sendable {
  private(set) var filter = HistoryFilter()
  /// As it was typed: what can be nobody's login finds nothing.
  private let login: String?

  /// The parameters of a list of changes.
  static let ofChanges: [APIQuery.Parameter] =
    [.text("login"), .number("run"), .word("kind", mayRepeat: true)] + ofOthers
  /// Those of the other lists.
  static let ofOthers: [APIQuery.Parameter] = [
    .text("actor"), .word("since", longest: 10), .word("until", longest: 10),
  ]

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

  /// What the form of a page is filled with.
  ///
  /// - Parameter isOfChanges: true if the page lists changes.
  func form(action: String, isOfChanges: Bool) -> HistoryForm {
    HistoryForm(
      filterAction: action, isOfChanges: isOfChanges, login: login ?? "",
      run: filter.run.map { "\($0)" } ?? "", actor: filter.actor ?? "",
      since: filter.since?.description ?? "", until: filter.until?.description ?? "",
      kinds: [Choice(value: "", label: "All kinds", isSelected: filter.kinds.isEmpty)]
        + ChangeRecord.Kind.allCases.map {
          Choice(
            value: $0.rawValue, label: $0.rawValue.replacing("-", with: " "),
            isSelected: filter.kinds.contains($0))
        },
      clearHref: isNarrowed ? action : nil)
  }
}

/// The form above a list of the history.
struct HistoryForm: Sendable {
  let filterAction: String
  let isOfChanges: Bool
  let login: String
  let run: String
  let actor: String
  let since: String
  let until: String
  let kinds: [Choice]
  /// The list without a filter; nil if it has none.
  let clearHref: String?
}
