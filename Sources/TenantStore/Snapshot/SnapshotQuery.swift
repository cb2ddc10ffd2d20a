internal import PluginContract
internal import TenantCore

/// The SELECT that gives what some columns of a review need, and no more: the columns of an export
/// join nothing.
struct SnapshotQuery {
  /// How a column is filled; numbers are places in the SELECT.
  enum Source {
    case text(Int)
    case status, state
    /// The account's flags, of which the column tells one.
    case flags(Int)
    case guid(Int)
    /// Place of the first of ``ReasonColumns/names``.
    case message(Int), nextStep(Int), candidates(Int)
  }

  private var expressions: [String] = []
  private var firstReason: Int?
  /// The place of the stored state, if a column needs it.
  private(set) var state: Int?
  /// The place of the link's run, if a column tells `found` from `linked`.
  private(set) var linkRun: Int?

  /// True if a column is made from the whole reason.
  private(set) var needsReason = false

  /// Adds what a column needs.
  mutating func source(of column: RowColumn) -> Source {
    switch column {
    case .activeDirectoryLogin: .text(place("s.login"))
    case .smtpAddress: .text(place("s.mail"))
    case .domain: .text(place("s.domain"))
    case .distinguishedName: .text(place("s.distinguished_name"))
    case .objectGUID: .guid(place("s.row_id"))
    case .userName: .text(place("u.user_name"))
    case .windowsLogin: .text(place("u.windows_login"))
    case .status, .state: stateSource(column)
    case .enabled, .locked, .expired: .flags(place("s.flags"))
    case .reasonCode: .text(reason(0))
    case .reasonMatcher: .text(reason(1))
    case .reasonAttribute: .text(reason(2))
    case .reasonValue: .text(reason(3))
    case .reasonCanonical: .text(reason(4))
    case .reasonMessage, .reasonNextStep, .reasonCandidates: wholeReason(column)
    }
  }

  /// All rows, in R4's order.
  var sql: String { "\(select) ORDER BY s.domain_key, s.login_key, s.row_id" }

  /// The row whose id is the one parameter.
  var sqlOfOneRow: String { "\(select) WHERE s.row_id = ?" }

  private var select: String {
    let columns = expressions.isEmpty ? "1" : expressions.joined(separator: ", ")
    let links =
      linkRun != nil || firstReason != nil ? "LEFT JOIN links AS l ON l.guid = s.row_id" : ""
    let users =
      expressions.contains { $0.hasPrefix("u.") } ? "LEFT JOIN users AS u ON u.id = s.user_id" : ""
    return "SELECT \(columns) FROM snapshot AS s \(links) \(users)"
  }

  private mutating func stateSource(_ column: RowColumn) -> Source {
    state = place("s.state")
    guard column == .state else { return .status }
    linkRun = place("l.run")
    return .state
  }

  private mutating func wholeReason(_ column: RowColumn) -> Source {
    state = place("s.state")
    linkRun = place("l.run")
    needsReason = true
    return switch column {
    case .reasonMessage: .message(reason(0))
    case .reasonNextStep: .nextStep(reason(0))
    default: .candidates(reason(0))
    }
  }

  private mutating func reason(_ column: Int) -> Int {
    if let firstReason { return firstReason + column }
    let first = expressions.count
    expressions += ReasonColumns.names.map { "iif(s.reason_code IS NULL, l.\($0), s.\($0))" }
    firstReason = first
    return first + column
  }

  private mutating func place(_ expression: String) -> Int {
    if let place = expressions.firstIndex(of: expression) { return place }
    expressions.append(expression)
    return expressions.count - 1
  }
}
