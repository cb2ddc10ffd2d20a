internal import Synchronization

/// What has happened since the process began, for monitoring.
final class ServiceCounts: Sendable {
  /// How a sign-in ended.
  enum SignIn: String, CaseIterable, Sendable {
    case done, refused
    case tooMany = "too-many"
  }

  /// What was asked for.
  enum Area: String, CaseIterable, Sendable { case pages, api }

  /// Requests by what was asked for, and by the first digit of the answer's status.
  struct Request: Hashable, Sendable {
    var area: Area
    var status: Int
  }

  /// All counts at a moment.
  struct Numbers: Sendable {
    var requests: [Request: Int] = [:]
    var signIns: [SignIn: Int] = [:]
    var refusedTokens = 0
  }

  private let content = Mutex(Numbers())

  var numbers: Numbers { content.withLock(\.self) }

  /// Counts a request by its answer's status.
  func count(_ area: Area, status: Int) {
    content.withLock { $0.requests[Request(area: area, status: status / 100), default: 0] += 1 }
  }

  /// Counts a sign-in.
  func count(_ signIn: SignIn) { content.withLock { $0.signIns[signIn, default: 0] += 1 } }

  /// Counts a call without a valid token.
  func countRefusedToken() { content.withLock { $0.refusedTokens += 1 } }
}
