internal import TenantCore

/// How the planned rows of one batch's range differ from what is stored.
struct SnapshotDifference {
  /// What is to be laid over one key.
  enum Change {
    case row(SnapshotRecord, domain: String)
    case nothing
    /// What is laid over it goes: the batch has the row.
    case uncovered
  }

  /// A planned row with its place.
  struct Planned {
    let place: Int
    let batch: SnapshotBatch
    let row: Int
  }

  /// In the order of the keys.
  private(set) var changes: [(key: [UInt8], change: Change)] = []
  /// What is stored instead of a link's own reason, by place.
  private(set) var reasons: [Int: Reason] = [:]
  /// How many rows are laid over the batch once the changes are made.
  private(set) var coveredCount = 0
  /// What of this a review looks at.
  private(set) var noted = RowChanges()

  /// Compares.
  ///
  /// - Parameters:
  ///   - planned: the rows of the range with their keys, in order.
  ///   - base: the stored batch.
  ///   - laid: what is laid over it, in order.
  ///   - noted: what was noted of the rows before.
  ///   - currentReason: the reason of a row that is not as it is stored; nil if it is its own or its link's.
  init(
    _ planned: [(key: [UInt8], row: Planned)], base: SnapshotBatch?,
    laid: [SnapshotReader.LaidRow], noted: RowChanges = RowChanges(),
    currentReason: (Int) throws -> Reason?
  ) throws {
    self.noted = noted
    var stored = StoredSide(base, laid)
    for (key, row) in planned {
      while let earlier = stored.next(before: key) { remove(earlier) }
      try compare(row, key, with: stored.next(at: key), currentReason)
    }
    while let earlier = stored.next(before: SnapshotIndex.lastKey) { remove(earlier) }
  }

  private mutating func remove(_ stored: StoredSide.Item) {
    if stored.laid.map({ $0.row != nil }) ?? true { noted.isOtherwise = true }
    guard stored.base != nil else { return changes.append((stored.key, .uncovered)) }
    coveredCount += 1
    if let laid = stored.laid, laid.row == nil { return }
    changes.append((stored.key, .nothing))
  }

  private mutating func compare(
    _ planned: Planned, _ key: [UInt8], with stored: StoredSide.Item?,
    _ currentReason: (Int) throws -> Reason?
  ) throws {
    /// The row, where it has another reason than the plan knows.
    var changed: SnapshotRecord?
    func isSame(_ other: StoredSide.Row?) -> Bool {
      guard let other else { return false }
      return changed.map { $0 == other.batch.record(other.row) }
        ?? planned.batch.isSame(planned.row, as: other.batch, other.row)
    }
    // What is laid over a row is what is stored of it.
    let current: StoredSide.Row? =
      if let laid = stored?.laid {
        laid.row.map { StoredSide.Row(batch: $0, row: 0) }
      } else {
        stored?.base
      }
    var isCurrent = isSame(current)
    if !isCurrent, let reason = try currentReason(planned.place) {
      reasons[planned.place] = reason
      changed = planned.batch.record(planned.row)
      changed?.reason = StoredReason(reason)
      isCurrent = isSame(current)
    }
    if !isCurrent {
      noted.note(
        planned.row, of: planned.batch, reason: changed?.reason,
        old: current.map { ($0.batch, $0.row) })
    }
    let isLaid = stored?.laid != nil
    if isLaid ? isSame(stored?.base) : isCurrent {
      if isLaid { changes.append((key, .uncovered)) }
    } else {
      coveredCount += 1
      guard !isLaid || !isCurrent else { return }
      let record = changed ?? planned.batch.record(planned.row)
      changes.append((key, .row(record, domain: planned.batch.domain)))
    }
  }
}

/// A batch and what is laid over it, in the order of the keys.
private struct StoredSide {
  struct Row {
    let batch: SnapshotBatch
    let row: Int
  }

  struct Item {
    let key: [UInt8]
    let base: Row?
    let laid: SnapshotReader.LaidRow?
  }

  private let base: SnapshotBatch?
  private let domainKey: [UInt8]
  private let laid: [SnapshotReader.LaidRow]
  private var nextRow = 0
  private var nextLaid = 0
  /// The key of the batch's next row.
  private var rowKey: [UInt8]?

  init(_ base: SnapshotBatch?, _ laid: [SnapshotReader.LaidRow]) {
    self.base = base
    self.laid = laid
    domainKey = base.map { SnapshotKey.folded($0.domain) } ?? []
    readKey()
  }

  /// Takes the next item if it comes before a key.
  mutating func next(before key: [UInt8]) -> Item? {
    nextKey.flatMap { $0.lexicographicallyPrecedes(key) ? take($0) : nil }
  }

  /// Takes the next item if it has this key.
  mutating func next(at key: [UInt8]) -> Item? { nextKey.flatMap { $0 == key ? take($0) : nil } }

  private var nextKey: [UInt8]? {
    let laidKey = nextLaid < laid.count ? laid[nextLaid].key : nil
    guard let rowKey, let laidKey else { return rowKey ?? laidKey }
    return laidKey.lexicographicallyPrecedes(rowKey) ? laidKey : rowKey
  }

  private mutating func take(_ key: [UInt8]) -> Item {
    var row: Row?
    if let base, rowKey == key {
      row = Row(batch: base, row: nextRow)
      nextRow += 1
      readKey()
    }
    guard nextLaid < laid.count, laid[nextLaid].key == key else {
      return Item(key: key, base: row, laid: nil)
    }
    nextLaid += 1
    return Item(key: key, base: row, laid: laid[nextLaid - 1])
  }

  private mutating func readKey() {
    rowKey = nil
    guard let base, nextRow < base.count else { return }
    var key: [UInt8] = []
    base.appendKey(of: nextRow, domainKey: domainKey, to: &key)
    rowKey = key
  }
}
