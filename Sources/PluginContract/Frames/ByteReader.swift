/// Reads the bodies of frames; what is missing is an error, and nothing is read beyond the end.
struct ByteReader {
  private let source: [UInt8]
  private var position = 0

  init(_ source: [UInt8]) { self.source = source }

  /// The number of bytes that were not read yet.
  var remaining: Int { source.count - position }

  mutating func bytes(_ count: Int) throws(FrameError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw FrameError("a frame ends \(count - remaining) bytes too early")
    }
    defer { position += count }
    return source[position..<position + count]
  }

  mutating func byte() throws(FrameError) -> UInt8 {
    let byte = try bytes(1)
    return byte[byte.startIndex]
  }

  /// A byte that is 0 or 1.
  mutating func flag(_ name: String) throws(FrameError) -> Bool {
    let byte = try byte()
    guard byte <= 1 else { throw FrameError("the \(name) is \(byte), and 0 and 1 are known") }
    return byte == 1
  }

  mutating func number() throws(FrameError) -> UInt32 {
    try bytes(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// A number that counts something of at least `size` bytes each, so that no more is made room for
  /// than the frame can hold.
  mutating func count(of size: Int) throws(FrameError) -> Int {
    let count = Int(try number())
    guard count <= remaining / size else {
      throw FrameError("a frame counts \(count) but has room for \(remaining / size)")
    }
    return count
  }

  mutating func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ count: Int, _ type: Number.Type
  ) throws(FrameError) -> [Number] {
    let size = MemoryLayout<Number>.size
    guard count <= remaining / size else {
      throw FrameError("a frame ends before the last of \(count) numbers")
    }
    let slice = try bytes(count * size)
    let numbers = unsafe [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe slice.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0)
      }
      initialized = count
    }
    #if _endian(little)
      return numbers
    #else
      return numbers.map(Number.init(littleEndian:))
    #endif
  }

  /// Says that nothing may follow.
  func end() throws(FrameError) {
    if remaining > 0 { throw FrameError("a frame has \(remaining) bytes too many") }
  }
}
