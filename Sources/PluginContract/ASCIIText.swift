/// Eight bytes of text at a time, in one number (SWAR).
///
/// All of it holds for bytes beyond ASCII too, which no function changes.
package enum ASCIIText {
  /// 0x01 in every byte.
  @usableFromInline static let ones: UInt64 = 0x0101_0101_0101_0101
  /// 0x80 in every byte.
  @usableFromInline static let highs: UInt64 = 0x8080_8080_8080_8080

  /// Eight bytes from an offset on; the first is the lowest.
  @inlinable
  package static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    unsafe UInt64(
      littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// 0x80 in every byte of the word that is this one.
  @inlinable
  package static func marks(of byte: UInt8, in word: UInt64) -> UInt64 {
    let difference = word ^ (ones &* UInt64(byte))
    return ~((difference & ~highs) &+ ~highs | difference) & highs
  }

  /// The number of the first byte that is marked.
  @inlinable
  package static func first(_ marks: UInt64) -> Int { marks.trailingZeroBitCount / 8 }

  /// The word with its capital letters as small ones.
  @inlinable
  package static func lowercased(_ word: UInt64) -> UInt64 {
    let low = word & ~highs
    // The highest bit is set from A on, and beyond Z.
    let isLetterOrBeyond = low &+ ones &* (0x80 - 0x41)
    let isBeyond = low &+ ones &* (0x80 - 0x5B)
    let capitals = isLetterOrBeyond & ~isBeyond & ~word & highs
    return word | capitals >> 2
  }

  /// True if no byte is beyond ASCII.
  @inlinable
  package static func isASCII(_ bytes: Span<UInt8>) -> Bool {
    var high: UInt64 = 0
    var offset = 0
    while offset + 8 <= bytes.count {
      high |= word(bytes, at: offset)
      offset += 8
    }
    while offset < bytes.count {
      high |= UInt64(bytes[offset])
      offset += 1
    }
    return high & highs == 0
  }

  /// Makes the capital letters from an offset to the end small ones.
  ///
  /// - Returns: false if there is a byte beyond ASCII.
  package static func lowercase(_ bytes: inout [UInt8], from start: Int) -> Bool {
    unsafe bytes.withUnsafeMutableBytes { memory in
      var high: UInt64 = 0
      var offset = start
      while offset + 8 <= memory.count {
        let word = unsafe memory.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        high |= word
        unsafe memory.storeBytes(of: lowercased(word), toByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      if offset < memory.count, memory.count - start >= 8 {
        // What was done already stays as it is.
        let last = memory.count - 8
        let word = unsafe memory.loadUnaligned(fromByteOffset: last, as: UInt64.self)
        high |= word
        unsafe memory.storeBytes(of: lowercased(word), toByteOffset: last, as: UInt64.self)
        offset = memory.count
      }
      while offset < memory.count {
        let byte = unsafe memory[offset]
        high |= UInt64(byte)
        unsafe memory[offset] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        offset += 1
      }
      return high & highs == 0
    }
  }
}
