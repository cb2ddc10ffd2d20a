internal import HTTPTypes
internal import Synchronization
internal import TenantCore

/// Lets so many in at once, of one tenant fewer, and nobody wait.
final class Admission: Sendable {
  /// Who was let in; to let go of it is to leave.
  final class Pass: Sendable {
    private let admission: Admission
    private let tenant: String

    fileprivate init(_ admission: Admission, _ tenant: String) {
      self.admission = admission
      self.tenant = tenant
    }

    deinit { admission.leave(tenant) }
  }

  private let limit: Int
  private let limitOfTenant: Int
  private let inside = Mutex<[String: Int]>([:])

  /// - Parameters:
  ///   - limit: of all tenants.
  ///   - limitOfTenant: of one.
  init(limit: Int, ofTenant limitOfTenant: Int) {
    self.limit = limit
    self.limitOfTenant = limitOfTenant
  }

  /// A pass.
  ///
  /// - Throws: ``WebFailure`` if there is no room.
  func enter(_ tenant: String) throws -> Pass {
    try inside.withLock { inside in
      let own = inside[tenant, default: 0]
      guard own < limitOfTenant, inside.values.reduce(0, +) < limit else {
        throw WebFailure(
          .serviceUnavailable, "too many downloads at once; try again in a minute")
      }
      inside[tenant] = own + 1
    }
    return Pass(self, tenant)
  }

  private func leave(_ tenant: String) {
    inside.withLock { inside in
      let own = inside[tenant, default: 1] - 1
      inside[tenant] = own > 0 ? own : nil
    }
  }
}
