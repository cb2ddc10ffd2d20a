internal import Administration
internal import Authorization
internal import Synchronization
internal import TenantCore

/// Finds the changes of one directory user or tenant user among a million, by their numbers.
///
/// The audit is append-only: what was read of it once stays right, and only what came since is read.
struct ChangeIndex: Sendable {
  /// Whom changes are looked for of.
  enum Subject: Hashable, Sendable {
    case directoryUser(ObjectGUID)
    /// A folded name.
    case user(String)
  }

  private struct Entry: Sendable {
    var hash: Int
    var number: Int64
  }

  /// Sorted by hash, then number.
  private var sorted: [Entry] = []
  /// What came since it was sorted.
  private var recent: [Entry] = []
  /// The largest number that was read.
  private(set) var lastNumber: Int64 = 0

  /// Beyond so many, what came lately is sorted in.
  private static let mostRecent = 4096

  init() {}

  /// Takes the next change; numbers only grow.
  mutating func append(_ subject: ChangeSubject) {
    lastNumber = subject.number
    if let guid = subject.guid {
      recent.append(Entry(hash: Subject.directoryUser(guid).hashValue, number: subject.number))
    }
    recent.append(Entry(hash: Subject.user(subject.userKey).hashValue, number: subject.number))
  }

  /// Sorts in what was appended.
  mutating func settle() {
    guard recent.count > Self.mostRecent else { return }
    sorted += recent
    recent = []
    sorted.sort { ($0.hash, $0.number) < ($1.hash, $1.number) }
  }

  /// The numbers of a subject's changes, the latest first; among them may be some of another subject with
  /// the same hash.
  func numbers(of subject: Subject, limit: Int) -> [Int64] {
    let hash = subject.hashValue
    var numbers = recent.filter { $0.hash == hash }.map(\.number)
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].hash < hash { low = middle + 1 } else { high = middle }
    }
    numbers += sorted[low...].prefix { $0.hash == hash }.map(\.number)
    return Array(numbers.sorted(by: >).prefix(limit))
  }
}

/// The indexes of the tenants' changes: read on when one is asked for.
actor ChangeIndexes {
  /// Tenants that are kept.
  private static let mostTenants = 100

  private var indexes: [String: ChangeIndex] = [:]
  private var reading: [String: Task<ChangeIndex, any Error>] = [:]

  /// A tenant's index up to the latest change.
  func index(of session: TenantSession) async throws -> ChangeIndex {
    let tenant = session.tenant.name
    while let task = reading[tenant] { _ = await task.result }
    let old = indexes[tenant] ?? ChangeIndex()
    let task = Task { try await Self.read(on: old, session) }
    reading[tenant] = task
    defer { reading[tenant] = nil }
    let index = try await task.value
    if indexes.count >= Self.mostTenants, indexes[tenant] == nil { indexes = [:] }
    indexes[tenant] = index
    return index
  }

  private static func read(
    on old: ChangeIndex, _ session: TenantSession
  ) async throws -> ChangeIndex {
    let index = Mutex(old)
    try await session.forEachChangeSubject(after: old.lastNumber) { subject in
      index.withLock { $0.append(subject) }
    }
    return index.withLock { index in
      index.settle()
      return index
    }
  }
}
