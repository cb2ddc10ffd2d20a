internal import Administration
internal import TenantCore

/// Where one tenant's store lies, and how its transactions run.
protocol StoreEngine: Sendable {
  /// Takes the tenant's lock across processes and hosts (T1).
  func lock() async throws -> any RunLock

  /// True while the lock that was taken last is held.
  var isLocked: Bool { get }

  /// Takes the lock if a run is due; nil if this host has the store for itself.
  func takeTurn(_ request: TurnRequest) async throws -> Turn?

  /// When a run is due; nil if this host has the store for itself.
  func turnTimes(_ request: TurnRequest) async throws -> TurnTimes?

  /// Notes that somebody is told of trouble, or that it is over; nil if this host has the store for itself.
  func noteTold(_ trouble: String?) async throws -> Bool?

  /// Who has the lock, in a few words, if other hosts can have it; nil if nobody has.
  func runner() async throws -> String?

  /// Reads in one transaction, of one moment.
  func read<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws -> R

  /// Writes in one transaction, one at a time for a tenant.
  ///
  /// - Parameter evenIfMoved: true to write into the store of a tenant that has moved away.
  func write<R: Sendable>(
    evenIfMoved: Bool, _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R

  /// Writes as ``write(evenIfMoved:_:)`` does, and gives the tenant's lock back with it if other hosts can have it: one
  /// transaction less.
  func writeAtEnd<R: Sendable>(
    _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R

  /// Begins a transaction that reads and goes on until the value is let go: all that it gives is of one moment.
  func beginReading() async throws -> any StoreReading
}

extension StoreEngine {
  func takeTurn(_ request: TurnRequest) async throws -> Turn? { nil }

  func turnTimes(_ request: TurnRequest) async throws -> TurnTimes? { nil }

  func noteTold(_ trouble: String?) async throws -> Bool? { nil }

  func runner() async throws -> String? { nil }

  func writeAtEnd<R: Sendable>(
    _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    try await write(evenIfMoved: false, body)
  }
}

/// A transaction that reads, for as long as it is kept.
protocol StoreReading: Sendable {
  func read<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws -> R
}
