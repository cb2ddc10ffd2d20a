internal import TenantCore

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

extension HistoryQuery {
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
