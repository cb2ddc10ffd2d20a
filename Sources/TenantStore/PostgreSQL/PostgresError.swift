internal import TenantCore

/// What PostgreSQL or the way to it says.
struct PostgresError: Error, CustomStringConvertible {
  /// Five characters (https://www.postgresql.org/docs/current/errcodes-appendix.html); empty if the connection failed
  /// before the server said anything.
  let state: String
  /// The server's or libpq's words, on one line.
  let message: String
  /// False if the state was found by the words, because libpq does not tell it.
  var isStateSaid = true

  var description: String {
    state.isEmpty || !isStateSaid ? message : "\(message) (SQLSTATE \(state))"
  }

  /// True if there is no server to speak to now: the way to it, its end or its beginning.
  var isConnectionLost: Bool {
    state.isEmpty || state.hasPrefix("08") || state.hasPrefix("57P") || state == "53300"
  }

  /// What SQL calls `transaction_resolution_unknown`: the connection was lost while a transaction was committed.
  static let outcomeUnknown = "08007"

  /// True if the statement was cancelled because the task was.
  var isCancelled: Bool { state == "57014" }
}

extension StoreError {
  /// Puts an error of PostgreSQL into words; every other error passes unchanged.
  ///
  /// - Parameter outcome: what is known of what was to be written.
  static func wrapping(
    _ error: any Error, server: StoreServer, outcome: String = "nothing was changed"
  ) -> any Error {
    guard let error = error as? PostgresError else { return error }
    if error.isCancelled { return CancellationError() }
    return StoreError(
      .store, "store '\(server)' \(words(for: error, outcome: outcome))",
      remedy: lacksPreparation.contains(error.state) ? .prepareStore : nil, cause: error)
  }

  /// No schema, no table, no right.
  private static let lacksPreparation: Set<String> = ["3F000", "42P01", "42501"]

  /// What a standby says to a transaction that is to write.
  static let recovering = "0A000"

  private static func words(for error: PostgresError, outcome: String) -> String {
    let said = error.description
    if error.isConnectionLost {
      return "cannot be reached, \(outcome): \(said); it is tried again by itself"
    }
    switch error.state {
    case "28000", "28P01":
      return
        "does not let the program in, \(outcome): \(said); see its password file, pg_hba.conf and certificates"
    case "3D000":
      return "is not there, \(outcome): \(said); name one that is there"
    case "3F000", "42P01":
      return "has no tables of tenantctl, \(outcome): \(said)"
    case "42501":
      return "refuses the program's role, \(outcome): \(said)"
    case "25006", Self.recovering:
      return "may only be read there, \(outcome): \(said); name the primary, or all hosts with "
        + "target_session_attrs=read-write"
    case "25P03":
      return
        "did not wait any longer for this host, which was paused while it wrote, \(outcome): \(said)"
    case "53100", "53200", "53400":
      return "has no room left, \(outcome): \(said)"
    case "XX001", "XX002":
      return "is damaged, \(outcome): \(said); restore it from a backup"
    default: return "failed, \(outcome): \(said)"
    }
  }
}
