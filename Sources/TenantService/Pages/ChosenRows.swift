internal import Administration
internal import Authorization
internal import HTTPTypes
internal import TenantCore

/// Whom a form below a table means: those that are ticked, or all that fit the table's filter.
struct ChosenRows: Sendable {
  /// The most that are taken from a filter, unless a form takes fewer.
  static let most = 20_000

  let targets: [LinkTarget]
  /// True if they are all that fit the filter.
  let isOfFilter: Bool
  /// What is told if there are none, or too many; nil if all is well.
  let problem: Flash?

  /// - Parameters:
  ///   - isMatched: true to take only rows that are matched from a filter.
  ///   - most: the most that may be ticked.
  ///   - mostOfFilter: the most that may fit.
  init(
    _ form: FormFields, _ visit: PageVisit, isMatched: Bool, most: Int,
    mostOfFilter: Int = Self.most
  ) async throws {
    if form.isYes("all") {
      let keys = try await visit.authorized.parts.tables.keys(
        of: try Self.query(form, visit), of: visit.authorized.session, at: visit.now,
        isMatched: isMatched, most: mostOfFilter)
      (targets, isOfFilter) = ((keys ?? []).map(LinkTarget.row), true)
      let words =
        keys == nil
        ? "More than \(PageWords.count(mostOfFilter)) rows fit the filter. Narrow it first."
        : "No row fits the filter."
      problem = targets.isEmpty ? Flash(tone: .warn, text: words) : nil
      return
    }
    let rows = try form.all("row").map { text in
      guard let key = RowKey(text) else { throw WebFailure(.badRequest, "there is no such row") }
      return LinkTarget.row(key)
    }
    (targets, isOfFilter) = (rows + form.all("user").map(LinkTarget.user), false)
    guard targets.count <= most else { throw WebFailure(.badRequest, "at most \(most) at once") }
    problem =
      targets.isEmpty
      ? Flash(tone: .warn, text: "Nothing is ticked. Tick at least one row first.") : nil
  }

  /// The form with the rows themselves in place of *all that fit*, which may be others a moment later.
  func naming(in form: FormFields) -> FormFields {
    guard isOfFilter else { return form }
    let rows = targets.compactMap { target -> (name: String, value: String?)? in
      if case .row(let key) = target { ("row", key.description) } else { nil }
    }
    let rest = ["back", "reason", "confirm"].map { (name: $0, value: form[$0]) }
    return FormFields(FormFields.query(rows + rest))
  }

  /// The query of the page that the form was on.
  ///
  /// - Throws: ``WebFailure`` if the form does not say: without a filter it would be all rows.
  private static func query(_ form: FormFields, _ visit: PageVisit) throws -> ReviewQuery {
    guard let page = form["back"], visit.pages.isLocal(page, of: visit.tenant.name) else {
      throw WebFailure(
        .badRequest, "the form does not say which filter the rows are to fit; go back and try again"
      )
    }
    let query = page.prefix { $0 != "#" }.drop { $0 != "?" }.dropFirst()
    return try ReviewQuery(
      FormFields(query), domains: visit.tenant.directories.map(\.domain))
  }
}

extension PageVisit {
  /// What the service's clock shows.
  var now: Timestamp { authorized.parts.clock.date() }
}
