internal import Glibc
package import OperatingSystem

/// A password in memory that nothing else holds, which makes it sendable; overwritten when it goes.
@safe package struct Secret: ~Copyable, @unchecked Sendable {
  /// The longest that is read; the rest of an endless source is not wanted.
  package static let maximumLength = PasswordText.maximumBytes

  /// So many bytes, and one for the end of a C string.
  private static let room = maximumLength + 1

  private let start: UnsafeMutableRawPointer
  private var count = 0

  package init() {
    unsafe start = .allocate(byteCount: Self.room, alignment: 1)
  }

  /// Copies bytes; those beyond the maximum are left out.
  package init(copying bytes: [UInt8]) {
    self.init()
    count = min(bytes.count, Self.maximumLength)
    unsafe bytes.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe start.copyMemory(from: first, byteCount: count)
    }
  }

  deinit {
    unsafe explicit_bzero(start, Self.room)
    unsafe start.deallocate()
  }

  /// Adds what a descriptor has.
  ///
  /// - Returns: false at its end, or if there is no more room.
  package mutating func read(
    from descriptor: borrowing FileDescriptor
  ) throws(SystemFailure) -> Bool {
    guard !isFull else { return false }
    let length = unsafe Glibc.read(
      descriptor.number, start + count, Self.maximumLength - count)
    guard length >= 0 else {
      if errno == EINTR { return true }
      throw .last
    }
    count += length
    return length > 0
  }

  /// True if nothing more can be added: a password that is longer than any is.
  package var isFull: Bool { count == Self.maximumLength }

  /// Copies a C string, without making a `String` of it.
  package mutating func copy(_ text: UnsafePointer<CChar>) {
    count = min(unsafe strlen(text), Self.maximumLength)
    unsafe start.copyMemory(from: text, byteCount: count)
  }

  /// Leaves the first line; an editor ends a file with a line break that is not meant.
  package mutating func keepFirstLine() {
    for index in 0..<count {
      let byte = unsafe start.load(fromByteOffset: index, as: UInt8.self)
      guard byte != 10, byte != 13 else {
        count = index
        return
      }
    }
  }

  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe body(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Gives the bytes as C takes a text: with a zero behind them.
  package func withCString<R>(_ body: (UnsafePointer<CChar>) throws -> R) rethrows -> R {
    unsafe start.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
    return try unsafe body(UnsafePointer(start.assumingMemoryBound(to: CChar.self)))
  }
}
