/// The anchors of a batch, sixteen bytes each: nil is kept as the GUID that nobody has, all zeros
/// (M14).
package struct AnchorColumn: Sendable, Equatable, RandomAccessCollection,
  ExpressibleByArrayLiteral
{
  private var halves: [UInt64] = []

  /// Takes the anchors, one for each record; nil for a record without a usable one.
  package init(_ anchors: some Collection<ObjectGUID?>) {
    halves.reserveCapacity(anchors.count * 2)
    for anchor in anchors {
      halves.append(anchor?.high ?? 0)
      halves.append(anchor?.low ?? 0)
    }
  }

  /// Takes the anchors, one for each record.
  package init(arrayLiteral anchors: ObjectGUID?...) { self.init(anchors) }

  /// The first record.
  package var startIndex: Int { 0 }

  /// The number of records.
  package var endIndex: Int { halves.count / 2 }

  /// A record's anchor.
  package subscript(record: Int) -> ObjectGUID? {
    ObjectGUID(high: halves[record * 2], low: halves[record * 2 + 1])
  }
}
