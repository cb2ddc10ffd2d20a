/// The rows of a stored batch's range, with what is laid over it; those that were asked for last are kept, so that
/// look-ups in the order of the keys read each batch once.
///
/// It may be used within the closure that gave the `StoreDatabase` only.
final class SnapshotSegments {
  typealias Segment = (batch: SnapshotBatch, rows: Range<Int>)

  private let reader: SnapshotReader
  private var last: (range: Int, segments: [Segment])?

  init(_ reader: SnapshotReader) { self.reader = reader }

  /// Reads a range.
  func segments(of range: Int) throws -> [Segment] {
    if let last, last.range == range { return last.segments }
    var segments: [Segment] = []
    try reader.forEachSegment(in: range) { segments.append(($0, $1)) }
    last = (range, segments)
    return segments
  }

  /// The row with a key; nil if there is none.
  func place(of key: [UInt8]) throws -> SnapshotLookUp.Place? {
    for (batch, rows) in try segments(of: reader.index.range(of: key)) {
      let place = batch.place(of: key, domainKey: SnapshotKey.folded(batch.domain))
      if place.isThere, rows.contains(place.0) {
        return SnapshotLookUp.Place(batch: batch, row: place.0)
      }
    }
    return nil
  }
}
