internal import Authorization
internal import Hummingbird
internal import TenantCore

/// Why a request is not done: a status, and words for a person.
struct WebFailure: Error, Sendable {
  var status: HTTPResponse.Status
  /// What a script tells it by; the kinds of the command line where it has one.
  var kind: String
  var message: String
  /// What helps; pages and API each have their own words for it.
  var remedy: Remedy?
  /// After how many seconds it is worth another try; nil if nobody knows.
  var retryAfter: Int?

  init(_ status: HTTPResponse.Status, _ message: String, kind: String? = nil) {
    self.status = status
    self.kind = kind ?? Self.kind(of: status)
    self.message = message
  }

  /// There is no such thing, or nothing that this visitor may know of.
  static let notFound = WebFailure(
    .notFound, "there is nothing here, or nothing that you may see")

  /// The one place where failures of all kinds get their status.
  init(_ error: any Error) {
    switch error {
    case let failure as WebFailure: self = failure
    case let refused as PermissionRefused where refused.missing.isEmpty: self = .notFound
    case let error as HTTPError: self.init(error.status, error.body ?? "the request is invalid")
    default:
      let failure = Failure(error)
      if failure.kind == .storeFailure, let trouble = StorageTrouble(error) {
        self.init(trouble.status, trouble.words, kind: failure.kind.name)
        retryAfter = trouble.retryAfter
      } else {
        self.init(
          Self.status(of: failure.kind), Self.words(of: failure), kind: failure.kind.name)
        remedy = failure.remedy
      }
    }
  }

  private static func status(of kind: Failure.Kind) -> HTTPResponse.Status {
    switch kind {
    case .usage: .unprocessableContent
    case .limitRefused, .notAvailable, .wouldChange: .conflict
    case .directoryUnavailable: .badGateway
    case .incomplete, .alreadyRunning: .conflict
    case .permissionRefused: .forbidden
    case .configuration: .conflict
    case .internalFailure, .storeFailure, .interrupted: .internalServerError
    }
  }

  /// What went wrong inside is for the log, not for a visitor.
  private static func words(of failure: Failure) -> String {
    switch failure.kind {
    case .internalFailure, .storeFailure, .interrupted:
      "something went wrong; the service's log says what, under the request's number"
    default: failure.message
    }
  }

  private static func kind(of status: HTTPResponse.Status) -> String {
    switch status {
    case .notFound: "not-found"
    case .unauthorized: "unauthorized"
    case .forbidden: "permission-refused"
    case .tooManyRequests: "too-many-attempts"
    case .preconditionFailed: "changed-meanwhile"
    case .conflict: "not-found-or-not-free"
    default: "usage"
    }
  }
}
