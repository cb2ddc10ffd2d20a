internal import Administration
internal import HTTPTypes

/// What a visitor is told of a store's failure: what the administrator has to do, and no path or host.
struct StorageTrouble: Equatable {
  let status: HTTPResponse.Status
  let words: String
  /// After how many seconds it is worth another try; nil if somebody has to do something first.
  var retryAfter: Int?
  /// True if it is no disk of this machine, and everything goes on by itself when it is over (H7).
  var isOfDatabase: Bool { retryAfter != nil }

  /// How long a database usually takes to start again or to fail over, at the least.
  private static let seconds = 10

  /// Nil for a failure that is no disk's, such as a damaged file: the log has it.
  init?(_ error: any Error) {
    switch (error as? any StorageProblem)?.fault {
    case .full:
      // RFC 4918, section 11.5.
      status = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
      words =
        "the service's disk is full; nothing was changed. You can still read; try again once the "
        + "service's administrator has made room"
    case .notWritable:
      status = .serviceUnavailable
      words =
        "the service may not write its files now; nothing was changed. You can still read; the "
        + "service's log tells its administrator which file it is"
    case .inUse:
      status = .serviceUnavailable
      words = "another program uses the tenant's store; nothing was changed, try again in a moment"
    case .unreachable:
      status = .serviceUnavailable
      words =
        "the service cannot reach its database now; nothing was changed, and nobody is signed out. Try "
        + "again in a moment: the service goes on by itself when the database is back"
      retryAfter = Self.seconds
    case .outcomeUnknown:
      status = .serviceUnavailable
      words =
        "the service lost its database while your change was written, and does not know whether it was "
        + "made; look at the page again before you repeat it"
      retryAfter = Self.seconds
    case nil: return nil
    }
  }
}
