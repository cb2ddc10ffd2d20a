internal import Administration
internal import TenantCore

/// What needs a decision in a tenant, as its table shows it.
struct AttentionTable: Sendable {
  let attention: RoundAttention
  /// The numbers of the rows that need a decision, in one of the review's indexes.
  private let rows: RowBitmap
  private let index: TableIndex.Identity
  /// The rows that need a decision or have one.
  private let items: [RowKey: RoundItem]

  /// Finds the rows of a review in the index of its table.
  init(_ attention: RoundAttention, in index: TableIndex) {
    self.attention = attention
    var items: [RowKey: RoundItem] = [:]
    for item in attention.undecided + attention.decided {
      if case .row(let key) = item.subject { items[key] = item }
    }
    self.items = items
    rows = Self.rows(items, in: index)
    self.index = index.identity
  }

  /// The numbers of the rows that need a decision, in an index.
  func rows(in index: TableIndex) -> RowBitmap {
    // A run may have ended since.
    index.identity === self.index ? rows : Self.rows(items, in: index)
  }

  private static func rows(_ items: [RowKey: RoundItem], in index: TableIndex) -> RowBitmap {
    let undecided = Set(
      items.values.filter { $0.mark == .undecided }.map { item in ArraySlice(item.subject.packed) })
    var rows = RowBitmap(rowCount: index.rowCount)
    for row in 0..<index.rowCount where undecided.contains(index.key(ofRow: row)) {
      rows.insert(row)
    }
    return rows
  }

  /// How a row stands; nil if it needs no decision and has none.
  func item(_ key: RowKey) -> RoundItem? { items[key] }

  /// Vanished links and unclaimed users that need a decision.
  var otherUndecided: [RoundItem] {
    attention.undecided.filter { if case .row = $0.subject { false } else { true } }
  }

  /// Vanished links and unclaimed users on whom a decision stands.
  var otherDecided: [RoundItem] {
    attention.decided.filter { if case .row = $0.subject { false } else { true } }
  }
}

/// Keeps what needs a decision in the tenants that were looked at lately, and finds it out once for all who ask at
/// the same time.
actor AttentionTables {
  private struct Entry {
    let revision: AttentionRevision
    let task: Task<AttentionTable, any Error>
    var lastUse: UInt64
  }

  /// What was found out before, and at which revision.
  typealias Earlier = (revision: AttentionRevision, table: AttentionTable)

  /// More tenants than these let the one go that was not looked at for the longest time.
  private static let most = 64

  private var entries: [String: Entry] = [:]
  private var uses: UInt64 = 0

  /// What needs a decision in a tenant at a revision.
  func table(
    _ tenant: String, _ revision: AttentionRevision,
    make: @escaping @Sendable (Earlier?) async throws -> AttentionTable
  ) async throws -> AttentionTable {
    uses += 1
    let earlier = entries[tenant]
    if let entry = entries[tenant], entry.revision == revision {
      entries[tenant]?.lastUse = uses
      return try await entry.task.value
    }
    // No child of the task that asks, which may be cancelled: it is for all who ask.
    let task = Task {
      let table = try? await earlier?.task.value
      return try await make(table.flatMap { table in earlier.map { ($0.revision, table) } })
    }
    entries[tenant] = Entry(revision: revision, task: task, lastUse: uses)
    if entries.count > Self.most,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      entries[oldest.key] = nil
    }
    do {
      return try await task.value
    } catch {
      if entries[tenant]?.task == task { entries[tenant] = nil }
      throw error
    }
  }
}
