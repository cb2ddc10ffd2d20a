internal import Administration
internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// A tenant's store in a PostgreSQL that several hosts share.
final class PostgresEngine: StoreEngine {
  private let pool: PostgresPool
  private let tenant: String
  private let actor: String
  private let isWritable: Bool
  private let leaseDuration: Duration
  private let lastLease = Mutex<WeakLease>(WeakLease())

  /// - Parameter leaseDuration: how long the tenant's lock lasts without a sign of life.
  init(
    _ pool: PostgresPool, tenant: String, actor: String, isWritable: Bool,
    leaseDuration: Duration = Lease.duration
  ) {
    self.pool = pool
    self.tenant = tenant
    self.actor = actor
    self.isWritable = isWritable
    self.leaseDuration = leaseDuration
  }

  func lock() async throws -> any RunLock {
    guard isWritable else { return NoLock() }
    let lease = try await Lease.take(request, in: pool)
    lastLease.withLock { $0.lease = lease }
    return lease
  }

  func takeTurn(_ turn: TurnRequest) async throws -> Turn? {
    let answer = try await Lease.takeTurn(request, turn, in: pool)
    if case .due(let lock, _) = answer { lastLease.withLock { $0.lease = lock as? Lease } }
    return answer
  }

  func turnTimes(_ turn: TurnRequest) async throws -> TurnTimes? {
    try await pool.read(tenant: tenant) { try TurnRow.times(turn, $0) }
  }

  func noteTold(_ trouble: String?) async throws -> Bool? {
    try await pool.append(tenant: tenant) { try TurnRow.noteTold(trouble, $0) }
  }

  func runner() async throws -> String? {
    let runner = try await pool.read(tenant: tenant) { try LeaseQuery.runner($0) }
    return runner.map { "running at \($0.holder.host), \($0.words)" }
  }

  private var request: LeaseRequest {
    LeaseRequest(tenant: tenant, actor: actor, duration: leaseDuration)
  }

  var isLocked: Bool { lease != nil }

  private var lease: Lease? {
    lastLease.withLock { $0.lease }.flatMap { $0.isHeld ? $0 : nil }
  }

  func read<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws -> R
  {
    try await pool.read(tenant: tenant, body)
  }

  func write<R: Sendable>(
    evenIfMoved: Bool, _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    guard isWritable else {
      throw StoreError(
        .store, "the store of tenant '\(tenant)' was opened for reading; nothing was written")
    }
    guard let lease else {
      return try await pool.write(
        tenant: tenant, lease: nil, evenIfMoved: evenIfMoved, body)
    }
    return try await lease.whileWriting {
      try await pool.write(
        tenant: tenant, lease: lease.token, evenIfMoved: evenIfMoved, body)
    }
  }

  func writeAtEnd<R: Sendable>(
    _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    guard isWritable, let lease else { return try await write(evenIfMoved: false, body) }
    let value = try await lease.whileWriting {
      try await pool.write(
        tenant: tenant, lease: lease.token, givesLeaseBack: true, body)
    }
    lease.wasReleased()
    return value
  }

  func beginReading() async throws -> any StoreReading {
    try await pool.beginReading(tenant: tenant)
  }

  private struct WeakLease {
    weak var lease: Lease?
  }
}
