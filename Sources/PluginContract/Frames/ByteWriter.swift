/// Writes the bodies of frames: numbers little-endian, arrays in one piece.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  mutating func number(_ value: UInt32) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func number(_ value: Int) { number(UInt32(clamping: value)) }

  mutating func numbers<Number: FixedWidthInteger>(_ values: [Number]) {
    #if _endian(little)
      unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    #else
      let swapped = values.map(\.littleEndian)
      unsafe swapped.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    #endif
  }

  mutating func bytes(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }
}
