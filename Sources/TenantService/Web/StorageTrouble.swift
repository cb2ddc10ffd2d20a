internal import Administration
internal import HTTPTypes

/// What of a store's failure a visitor is told: what whoever runs the service has to do, and no path.
struct StorageTrouble: Equatable {
  let status: HTTPResponse.Status
  let words: String

  /// Nil for a failure that is no disk's, such as a damaged file: the log has it.
  init?(_ error: any Error) {
    switch (error as? any StorageProblem)?.fault {
    case .full:
      // RFC 4918, section 11.5.
      status = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
      words =
        "the service's disk is full; nothing was changed. Reading goes on; once whoever runs the service "
        + "has made room, try again"
    case .notWritable:
      status = .serviceUnavailable
      words =
        "the service may not write its files now; nothing was changed. Reading goes on; the service's log "
        + "says to whoever runs it which file it is"
    case .inUse:
      status = .serviceUnavailable
      words = "another program uses the tenant's store; nothing was changed, try again in a moment"
    case nil: return nil
    }
  }
}
