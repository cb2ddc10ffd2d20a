/// Which of ``count`` bit slices stands for which gram: for a byte, or for two bytes side by side.
///
/// The slices are given out by how often a gram occurs in this table: the most frequent ones have
/// one each, which then says exactly which rows have the gram; the others share, each time in
/// the slice that is used least, so that no slice fits many more rows than it has to. A gram that
/// the table does not have has no slice: a search for it ends there.
struct GramSlots: Sendable {
  /// The number of slices.
  static let count = 256
  /// Stands for no slice.
  static let none: UInt16 = 256

  /// By first byte * 256 + second byte.
  private(set) var pairs = [UInt16](repeating: none, count: 65536)
  /// By byte.
  private(set) var singles = [UInt16](repeating: none, count: 256)
  /// How often each byte occurs.
  private(set) var frequencies = [UInt32](repeating: 0, count: 256)
  /// How many grams share a slice.
  private(set) var sharers = [UInt32](repeating: 0, count: count)

  /// Gives out the slices for these texts.
  init(_ text: PackedFields) {
    let pairCounts = Self.countPairs(text.bytes)
    let end = Int(PackedFields.end)
    var grams: [(count: UInt32, gram: Int)] = []
    for second in 0..<256 where second != end {
      var total: UInt32 = 0
      for first in 0..<256 {
        let count = pairCounts[first << 8 | second]
        total &+= count
        if count > 0, first != end { grams.append((count, first << 8 | second)) }
      }
      frequencies[second] = total
      if total > 0 { grams.append((total, 65536 | second)) }
    }
    grams.sort { ($0.count, $1.gram) > ($1.count, $0.gram) }
    giveOut(grams, rowCount: text.rowCount)
  }

  /// How often each pair of bytes occurs, the ends of fields among them.
  private static func countPairs(_ bytes: [UInt8]) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: 65536)
    var previous = Int(PackedFields.end)
    for byte in bytes {
      counts[previous << 8 | Int(byte)] &+= 1
      previous = Int(byte)
    }
    return counts
  }

  private mutating func giveOut(_ grams: [(count: UInt32, gram: Int)], rowCount: Int) {
    var loads = [Int](repeating: 0, count: Self.count)
    for (count, gram) in grams {
      var slot = 0
      for other in loads.indices where loads[other] < loads[slot] { slot = other }
      loads[slot] += min(Int(count), rowCount)
      sharers[slot] += 1
      if gram < 65536 {
        pairs[gram] = UInt16(slot)
      } else {
        singles[gram & 255] = UInt16(slot)
      }
    }
  }

  /// The memory that this holds.
  var byteCount: Int {
    (pairs.count + singles.count) * MemoryLayout<UInt16>.stride
      + (frequencies.count + sharers.count) * MemoryLayout<UInt32>.stride
  }
}
