/// For every slice of ``GramSlots`` the rows that have one of its grams: a search intersects the
/// slices of its term's grams and looks at the rows that are left only.
///
/// It takes 32 bytes a row, whatever the rows hold.
struct GramSignature: Sendable {
  /// Which slice stands for which gram.
  let slots: GramSlots
  /// The slices, one after the other.
  private let slices: [UInt64]
  private let wordCount: Int

  /// The rows that may have a term.
  struct Candidates {
    /// All rows with the term, and maybe some without it.
    var rows: RowBitmap
    /// Whether no row is without it.
    var areExact: Bool
  }

  /// Makes the slices for these texts.
  init(_ text: PackedFields) {
    slots = GramSlots(text)
    wordCount = RowBitmap.wordCount(rows: text.rowCount)
    slices = Self.slices(text, slots, wordCount: wordCount)
  }

  /// The rows among `rows` that may have a term.
  func candidates(for term: SearchTerm, among rows: RowBitmap) -> Candidates {
    var candidates = Candidates(rows: rows, areExact: false)
    let needed = Set(neededSlots(of: term.bytes))
    guard !needed.contains(Int(GramSlots.none)) else {
      return Candidates(rows: RowBitmap(rowCount: 0), areExact: true)
    }
    for slot in needed { intersect(&candidates.rows, with: slot) }
    if let only = needed.first, needed.count == 1, term.bytes.count <= 2 {
      candidates.areExact = slots.sharers[only] == 1
    }
    return candidates
  }

  /// The slices of a term's pairs of bytes, and where a pair shares its slice, of its bytes too:
  /// they leave most of the rows out that another pair is in.
  private func neededSlots(of term: [UInt8]) -> [Int] {
    if term.count == 1 { return [Int(slots.singles[Int(term[0])])] }
    return zip(term, term.dropFirst()).flatMap { first, second in
      let slot = Int(slots.pairs[Int(first) << 8 | Int(second)])
      let isShared = slot < GramSlots.count && slots.sharers[slot] > 1
      guard isShared else { return [slot] }
      return [slot, Int(slots.singles[Int(first)]), Int(slots.singles[Int(second)])]
    }
  }

  private func intersect(_ rows: inout RowBitmap, with slot: Int) {
    let start = slot * wordCount
    for index in 0..<min(wordCount, rows.words.count) {
      rows.words[index] &= slices[start + index]
    }
  }

  /// 512 rows at a time, so that what is being written stays near and goes out in whole lines.
  private static func slices(
    _ text: PackedFields, _ slots: GramSlots, wordCount: Int
  ) -> [UInt64] {
    var slices = [UInt64](repeating: 0, count: GramSlots.count * wordCount)
    // One slice more takes what has none: the ends of fields.
    var block = [UInt64](repeating: 0, count: (GramSlots.count + 1) * 8)
    for firstWord in stride(from: 0, to: wordCount, by: 8) {
      for index in block.indices { block[index] = 0 }
      let rows = firstWord * 64..<min(firstWord * 64 + 512, text.rowCount)
      fill(&block, with: rows, of: text, slots)
      for slot in 0..<GramSlots.count {
        for word in 0..<8 {
          slices[slot * wordCount + firstWord + word] = block[slot * 8 + word]
        }
      }
    }
    return slices
  }

  private static func fill(
    _ block: inout [UInt64], with rows: Range<Int>, of text: PackedFields, _ slots: GramSlots
  ) {
    for row in rows {
      let word = (row & 511) >> 6
      let bit: UInt64 = 1 << UInt64(row & 63)
      var previous = Int(PackedFields.end)
      for index in text.range(ofRow: row) {
        let byte = Int(text.bytes[index])
        block[Int(slots.pairs[previous << 8 | byte]) << 3 | word] |= bit
        block[Int(slots.singles[byte]) << 3 | word] |= bit
        previous = byte
      }
    }
  }

  /// The memory that this holds.
  var byteCount: Int { slices.count * MemoryLayout<UInt64>.stride + slots.byteCount }
}
