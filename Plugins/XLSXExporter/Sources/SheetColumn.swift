internal import PluginContract

/// A column of a sheet.
struct SheetColumn {
  let heading: String
  /// In characters.
  let width: Double
  /// Whether `true` and `false` are truth values there.
  var isBoolean = false
}

extension SheetColumn {
  /// A column of the users.
  init(_ column: RowColumn) {
    switch column {
    case .enabled, .locked, .expired:
      self.init(heading: column.heading, width: 10, isBoolean: true)
    default:
      self.init(heading: column.heading, width: Self.width(of: column))
    }
  }

  private static func width(of column: RowColumn) -> Double {
    switch column {
    case .status, .state, .domain, .enabled, .locked, .expired: 14
    case .decision, .until: 14
    case .reasonMatcher, .reasonAttribute, .assignee, .decidedBy: 18
    case .activeDirectoryLogin, .userName, .reasonCode, .decidedAt: 26
    case .smtpAddress, .objectGUID, .windowsLogin, .reasonValue, .reasonCanonical: 38
    case .reasonCandidates, .reasonNextStep, .note: 50
    case .distinguishedName, .reasonMessage: 70
    }
  }
}
