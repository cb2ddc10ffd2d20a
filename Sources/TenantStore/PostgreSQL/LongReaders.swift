internal import Synchronization

/// Places for those who read for long, as exports do. A tenant has half of them at the most, so that clients who read
/// nothing take the places of their own tenant only.
final class LongReaders: Sendable {
  private let all: ConnectionLimit
  private let mostOfTenant: Int
  private let tenants = Mutex<[String: ConnectionLimit]>([:])

  init(_ count: Int) {
    all = ConnectionLimit(count)
    mostOfTenant = max(1, count / 2)
  }

  /// Waits for a place.
  ///
  /// - Returns: false if the time was over first.
  func take(_ tenant: String, within limit: Duration) async -> Bool {
    let own = own(tenant)
    guard await own.take(within: limit) else { return false }
    if await all.take(within: limit) { return true }
    own.give()
    return false
  }

  /// Gives a place back.
  func give(_ tenant: String) {
    all.give()
    own(tenant).give()
  }

  private func own(_ tenant: String) -> ConnectionLimit {
    tenants.withLock { tenants in
      let limit = tenants[tenant] ?? ConnectionLimit(mostOfTenant)
      tenants[tenant] = limit
      return limit
    }
  }
}
