internal import PluginContract
internal import TenantCore

/// Brings the stored snapshot to a plan's rows, writing only what differs (P6).
///
/// The planned rows are cut where the stored batches begin and packed as they are; a batch whose bytes are the same
/// is done with. Of any other, the rows are compared. Few that differ are laid over the batch; if they are many, it
/// is written anew, and what was laid over it with it.
struct SnapshotMerge {
  /// A batch is written anew when more than one in so many of its rows would be laid over it.
  private static let coveredShare = 8

  private let packer: PlanBatchPacker
  private let usualCount: Int
  private var writer: RangeWriter
  /// What is packed and then taken, in order.
  private(set) var pieces: [Piece] = []

  /// Begins with what is stored.
  ///
  /// - Parameters:
  ///   - isFirst: true if there was no snapshot before: then it is of no interest that its rows are new.
  ///   - usualCount: the rows of a batch.
  init(
    _ source: PlanSource, userIDs: PlanUserIDs, isFirst: Bool,
    usualCount: Int = SnapshotBatchWriter.usualCount, _ database: StoreDatabase
  ) throws {
    packer = PlanBatchPacker(source, userIDs: userIDs)
    self.usualCount = usualCount
    let reader = try SnapshotReader(database, .all, .all)
    writer = try RangeWriter(packer, reader, notesNewRows: !isFirst, database)
    pieces = reader.index.ranges.flatMap { range in
      let cut = cut(places(of: range, reader.index))
      return (cut.isEmpty ? [0..<0] : cut).enumerated().map { number, places in
        Piece(range: range, isLast: number + 1 >= cut.count, places: places)
      }
    }
  }

  /// Packs a piece; nil if it has no rows. Several threads may do so at once.
  var pack: @Sendable (Piece) -> PackedSnapshotBatch? {
    { [packer] in $0.places.isEmpty ? nil : packer.pack($0.places) }
  }

  /// Takes the next piece as it was packed.
  mutating func take(_ piece: Piece, _ batch: PackedSnapshotBatch?) throws {
    try writer.take(piece, batch)
  }

  /// Writes what is left.
  ///
  /// - Returns: what changed of the rows.
  mutating func finish() throws -> RowChanges {
    try writer.finish()
    return writer.noted
  }

  /// Planned rows of one stored batch's range that become a batch; the last of a range says so, and is the only one
  /// that may have no rows.
  struct Piece: Sendable {
    fileprivate var range: Int
    fileprivate var isLast: Bool
    fileprivate var places: Range<Int>
  }

  /// The planned rows in a stored batch's range.
  private func places(of range: Int, _ index: SnapshotIndex) -> Range<Int> {
    let bounds = index.bounds(of: range)
    let first = bounds.first.isEmpty ? 0 : packer.order.place(notBefore: bounds.first)
    return
      first..<(bounds.end == SnapshotIndex.lastKey
      ? packer.order.count : packer.order.place(notBefore: bounds.end))
  }

  /// What of the planned rows in a range becomes a batch each: all of them, unless they are of several domains or
  /// far too many.
  private func cut(_ places: Range<Int>) -> [Range<Int>] {
    let (source, order) = (packer.source, packer.order)
    var pieces: [Range<Int>] = []
    var start = places.lowerBound
    while start < places.upperBound {
      let domain = source.domainNumber(of: order.row(start))
      let isOneDomain = source.domainNumber(of: order.row(places.upperBound - 1)) == domain
      let end =
        isOneDomain
        ? places.upperBound
        : (start..<places.upperBound).first { source.domainNumber(of: order.row($0)) != domain }
          ?? places.upperBound
      let limit = end - start > 2 * usualCount ? usualCount : end - start
      for first in stride(from: start, to: end, by: limit) {
        pieces.append(first..<min(end, first + limit))
      }
      start = end
    }
    return pieces
  }

  /// Brings one batch after the other to what is planned.
  private struct RangeWriter {
    private let packer: PlanBatchPacker
    private let reader: SnapshotReader
    private var batches: SnapshotBatchWriter
    private var rows: LaidRowWriter
    private var reasons: LinkReasons
    private var pieces: [(places: Range<Int>, batch: PackedSnapshotBatch)] = []
    /// Ranges that differ from what is stored, and wait for the reasons of links that are asked for at once.
    private var waiting: [Waiting] = []
    private let waits: Bool
    /// What changed of the rows that were written.
    private(set) var noted = RowChanges()
    /// False for a first snapshot, of which all rows are new.
    private let notesNewRows: Bool

    init(
      _ packer: PlanBatchPacker, _ reader: SnapshotReader, notesNewRows: Bool,
      _ database: StoreDatabase
    ) throws {
      self.packer = packer
      self.reader = reader
      batches = try SnapshotBatchWriter(database)
      rows = try LaidRowWriter(database)
      reasons = try LinkReasons(database)
      self.notesNewRows = notesNewRows
      waits = database.isPostgres
    }

    private struct Waiting {
      let range: Int
      let pieces: [(places: Range<Int>, batch: PackedSnapshotBatch)]
      let base: SnapshotBatch?
      let laid: [SnapshotReader.LaidRow]
    }

    /// Takes the next piece; a range is written once all of it is there.
    mutating func take(_ piece: Piece, _ batch: PackedSnapshotBatch?) throws {
      if let batch { pieces.append((piece.places, batch)) }
      let isNew =
        try piece.range >= reader.index.entries.count && reader.laidRows(in: piece.range).isEmpty
      guard piece.isLast || isNew else { return }
      try write(piece.range, pieces)
      pieces.removeAll(keepingCapacity: true)
    }

    private mutating func write(
      _ range: Int, _ pieces: [(places: Range<Int>, batch: PackedSnapshotBatch)]
    ) throws {
      let laid = try reader.laidRows(in: range)
      guard range < reader.index.entries.count || !laid.isEmpty else { return try add(pieces) }
      if laid.isEmpty, pieces.count == 1, try reader.isStored(pieces[0].batch, as: range) { return }
      let found = Waiting(
        range: range, pieces: pieces, base: try reader.batch(range, .all), laid: laid)
      if waits { waiting.append(found) } else { try write(found) }
    }

    /// Writes what waits.
    mutating func finish() throws {
      guard !waiting.isEmpty else { return }
      var places: [Int] = []
      for one in waiting {
        _ = try SnapshotDifference(
          planned(one.pieces), base: one.base, laid: one.laid,
          currentReason: {
            places.append($0)
            return nil
          })
      }
      reasons.prepare(places.lazy.map { [packer] in packer.order.row($0) }, packer.source)
      for one in waiting { try write(one) }
      waiting = []
    }

    private mutating func write(_ found: Waiting) throws {
      let (range, pieces, base) = (found.range, found.pieces, found.base)
      // Handed over, not copied: it grows with all that changed.
      let sofar = noted
      noted = RowChanges()
      let difference = try SnapshotDifference(
        planned(pieces), base: base, laid: found.laid, noted: consume sofar,
        currentReason: { try currentReason(at: $0) })
      noted = difference.noted
      if let base, difference.coveredCount * SnapshotMerge.coveredShare <= base.count {
        for (key, change) in difference.changes { try make(change, at: key) }
      } else if !difference.changes.isEmpty || difference.coveredCount > 0 {
        try batches.uncover(reader.index.bounds(of: range))
        if base != nil { try batches.remove(number: reader.index.entries[range].number) }
        for piece in pieces {
          try batches.insert(packed(piece.batch, piece.places, difference.reasons))
        }
      }
    }

    /// Adds rows where none are stored.
    private mutating func add(_ pieces: [(places: Range<Int>, batch: PackedSnapshotBatch)]) throws {
      for piece in pieces {
        var found: [Int: Reason] = [:]
        for place in piece.places { found[place] = try currentReason(at: place) }
        try batches.insert(packed(piece.batch, piece.places, found))
        guard notesNewRows else { continue }
        let rows = try piece.batch.unpacked()
        for row in 0..<rows.count { noted.note(new: row, of: rows) }
      }
    }

    private mutating func currentReason(at place: Int) throws -> Reason? {
      try reasons.current(of: packer.order.row(place), packer.source)
    }

    /// The batch, packed again if rows of it have reasons that only the store knew.
    private func packed(
      _ batch: PackedSnapshotBatch, _ places: Range<Int>, _ reasons: [Int: Reason]
    ) -> PackedSnapshotBatch {
      reasons.keys.contains { places.contains($0) } ? packer.pack(places, reasons: reasons) : batch
    }

    private func planned(_ pieces: [(places: Range<Int>, batch: PackedSnapshotBatch)]) throws
      -> [(key: [UInt8], row: SnapshotDifference.Planned)]
    {
      try pieces.flatMap { piece in
        let batch = try piece.batch.unpacked()
        return piece.places.enumerated().map { row, place in
          (
            packer.order.key(place),
            SnapshotDifference.Planned(place: place, batch: batch, row: row)
          )
        }
      }
    }

    private mutating func make(_ change: SnapshotDifference.Change, at key: [UInt8]) throws {
      switch change {
      case .row(let record, let domain): try rows.lay(record, key: key, domain: domain)
      case .nothing: try rows.layNothing(key)
      case .uncovered: try rows.remove(key)
      }
    }
  }
}
