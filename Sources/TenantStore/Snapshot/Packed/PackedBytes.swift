/// Reads what the packed columns of a batch are made of. Nothing is sliced before its length is checked: bytes
/// that a disk or somebody has changed give an error, never a trap.
struct PackedBytes {
  let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Takes the next bytes.
  ///
  /// - Returns: where they lie in ``bytes``.
  mutating func take(_ count: Int) throws -> Range<Int> {
    guard count >= 0, count <= bytes.count - position else { throw Self.damage }
    position += count
    return (position - count)..<position
  }

  /// Takes one number of two bytes.
  mutating func count() throws -> Int {
    let range = try take(2)
    return Int(bytes[range.lowerBound]) | Int(bytes[range.lowerBound + 1]) << 8
  }

  /// Takes as many numbers of one width; see ``PackedWriting/append(numbers:)``.
  mutating func numbers(_ count: Int) throws -> [UInt64] {
    let width = Int(bytes[try take(1).lowerBound])
    guard [0, 1, 2, 4, 8].contains(width), count <= SnapshotBatch.maximumCount else {
      throw Self.damage
    }
    guard width > 0 else { return [UInt64](repeating: 0, count: count) }
    let range = try take(count * width)
    let span = bytes.span
    var numbers: [UInt64] = []
    numbers.reserveCapacity(count)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      var number: UInt64 = 0
      for place in 0..<width { number |= UInt64(span[start + place]) << UInt64(8 * place) }
      numbers.append(number)
    }
    return numbers
  }

  /// Makes sure that nothing follows.
  func end() throws {
    guard position == bytes.count else { throw Self.damage }
  }

  /// What is said of bytes that no version has written.
  static var damage: StoreError {
    StoreError(.store, "the store's snapshot is damaged; restore the store from a backup")
  }
}

extension [UInt8] {
  /// Appends a number of two bytes, the lower first.
  mutating func append(count: Int) {
    append(UInt8(truncatingIfNeeded: count))
    append(UInt8(truncatingIfNeeded: count >> 8))
  }

  /// Appends numbers, each as wide as the largest needs it, behind their width in bytes: 0 if all are 0, else
  /// 1, 2, 4 or 8. The lowest byte comes first.
  mutating func append(numbers: some Collection<some UnsignedInteger & FixedWidthInteger>) {
    let largest = UInt64(numbers.max() ?? 0)
    let width =
      switch largest {
      case 0: 0
      case ...0xFF: 1
      case ...0xFFFF: 2
      case ...0xFFFF_FFFF: 4
      default: 8
      }
    append(UInt8(width))
    guard width > 0 else { return }
    reserveCapacity(count + width * numbers.count)
    for number in numbers {
      for place in 0..<width {
        append(UInt8(truncatingIfNeeded: UInt64(number) >> UInt64(8 * place)))
      }
    }
  }
}
