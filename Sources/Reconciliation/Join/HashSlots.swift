/// Numbers found by their hash: open addressing, half of the hash beside each number, so that a
/// value that is not there is told by one look and nothing else is read.
///
/// It knows no values: whoever looks up is asked whether a number's value is the wanted one.
struct HashSlots: Sendable {
  /// The upper half is that of the hash, the lower one the number and one; 0 is free.
  private var slots: [UInt64]

  /// Makes room for so many numbers.
  init(capacity: Int) {
    slots = [UInt64](repeating: 0, count: capacity + capacity / 4 * 3 + 4)
  }

  /// Where a hash's numbers begin: the lower half, spread over the slots.
  private func start(of hash: UInt64) -> Int {
    Int(hash: UInt32(truncatingIfNeeded: hash), of: slots.count)
  }

  /// The number of the value with this hash.
  ///
  /// - Parameter isWanted: says whether a number's value is the one that is looked for.
  func find(_ hash: UInt64, _ isWanted: (Int32) -> Bool) -> Int32? {
    let slots = slots.span
    var slot = start(of: hash)
    while true {
      let entry = slots[slot]
      if entry == 0 { return nil }
      if (entry ^ hash) &>> 32 == 0, isWanted(Self.number(entry)) { return Self.number(entry) }
      slot = slot + 1 == slots.count ? 0 : slot + 1
    }
  }

  /// The number of the value with this hash; the new one, if there is none.
  ///
  /// - Parameter number: the new number, from 0. No more are taken than there is room for.
  mutating func insert(
    _ hash: UInt64, _ number: Int32, _ isWanted: (Int32) -> Bool
  ) -> Int32 {
    var slot = start(of: hash)
    let count = slots.count
    var slots = slots.mutableSpan
    while true {
      let entry = slots[slot]
      if entry == 0 {
        slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(truncatingIfNeeded: number) &+ 1
        return number
      }
      if (entry ^ hash) &>> 32 == 0, isWanted(Self.number(entry)) { return Self.number(entry) }
      slot = slot + 1 == count ? 0 : slot + 1
    }
  }

  private static func number(_ entry: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
  }
}

extension Int {
  /// One of so many places, each for about as many hashes: no more than 2^32 of them.
  init(hash: UInt32, of count: Int) {
    // The shift binds more closely than the product.
    self.init(truncatingIfNeeded: (UInt64(hash) &* UInt64(truncatingIfNeeded: count)) &>> 32)
  }
}
