internal import PluginContract

/// How a column looks: its heading for people, its width, and cells that are known beforehand.
enum ColumnStyle {
  /// The heading; the mission page's words where it has any (R2).
  static func heading(_ column: RowColumn) -> String {
    switch column {
    case .activeDirectoryLogin, .smtpAddress, .status: column.heading
    case .state: "State"
    case .domain: "Domain"
    case .objectGUID: "Object GUID"
    case .distinguishedName: "Distinguished Name"
    case .enabled: "Enabled"
    case .locked: "Locked"
    case .expired: "Expired"
    case .userName: "User"
    case .windowsLogin: "Windows Login"
    case .reasonCode: "Reason Code"
    case .reasonMatcher: "Matcher"
    case .reasonAttribute: "Attribute"
    case .reasonValue: "Value"
    case .reasonCanonical: "Compared As"
    case .reasonMessage: "Reason"
    case .reasonNextStep: "Next Step"
    case .reasonCandidates: "Candidates"
    case .decision: "Decision"
    case .note: "Note"
    case .until: "Until"
    case .assignee: "For"
    case .decidedBy: "Decided By"
    case .decidedAt: "Decided At"
    }
  }

  /// The classes of the style sheet: widths are fixed, because a browser that had to measure a
  /// hundred thousand rows would take minutes.
  static func width(_ column: RowColumn) -> String? {
    switch column {
    case .status, .state, .domain, .enabled, .locked, .expired, .reasonMatcher: "n"
    case .decision, .until: "n"
    case .smtpAddress, .objectGUID: "m"
    case .distinguishedName, .reasonMessage, .reasonNextStep: "w"
    default: nil
    }
  }

  /// What stands where a row has no value; the cells that say yes or no say that nobody knows (M12).
  static func absent(_ column: RowColumn) -> String {
    switch column {
    case .enabled, .locked, .expired: "not known"
    default: ""
    }
  }

  /// The values that have a look of their own, with the class and the text for each.
  static func known(_ column: RowColumn) -> [(value: String, style: String, text: String)] {
    switch column {
    case .status: [("Matched", "yes", "Matched"), ("Not Matched", "no", "Not Matched")]
    case .state: StateStyle.known.map { ($0, "s \($0)", $0) }
    case .enabled, .locked, .expired: [("true", "", "yes"), ("false", "", "no")]
    default: []
    }
  }
}

/// The states that have a colour; another one gets a neutral colour.
enum StateStyle {
  static let known = [
    "linked", "linked-stale", "found", "ambiguous", "contested", "unmatched", "released",
    "excluded", "invalid", "failed",
  ]

  /// The class of a state in the style sheet: never text from elsewhere.
  static func name(_ state: String) -> String { known.contains(state) ? state : "other" }
}
