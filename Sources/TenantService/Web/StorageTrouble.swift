internal import Administration
internal import HTTPTypes

/// What a visitor is told of a store's failure: what the administrator has to do, and no path.
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
    case nil: return nil
    }
  }
}
