import Glibc
import OperatingSystem
import TenantCore

/// A password in memory that nothing else holds, which makes it sendable; overwritten when it goes.
@safe struct Secret: ~Copyable, @unchecked Sendable {
  /// The longest that is read; the rest of an endless source is not wanted.
  static let maximumLength = PasswordText.maximumBytes

  private let buffer: UnsafeMutableRawBufferPointer
  private var count = 0

  init() {
    unsafe buffer = .allocate(byteCount: Self.maximumLength, alignment: 1)
  }

  /// Copies bytes; those beyond the maximum are left out.
  init(copying bytes: [UInt8]) {
    self.init()
    count = min(bytes.count, unsafe buffer.count)
    unsafe bytes.withUnsafeBytes {
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
  }

  deinit {
    if let start = unsafe buffer.baseAddress { unsafe explicit_bzero(start, buffer.count) }
    unsafe buffer.deallocate()
  }

  /// Adds what a descriptor has.
  ///
  /// - Returns: false at its end, or if there is no more room.
  mutating func read(from descriptor: borrowing FileDescriptor) throws(SystemFailure) -> Bool {
    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
    guard unsafe !rest.isEmpty else { return false }
    let length = unsafe Glibc.read(descriptor.number, rest.baseAddress, rest.count)
    guard length >= 0 else {
      if errno == EINTR { return true }
      throw .last
    }
    count += length
    return length > 0
  }

  /// True if nothing more can be added: a password that is longer than any is.
  var isFull: Bool { unsafe count == buffer.count }

  /// Copies a C string, without making a `String` of it.
  mutating func copy(_ text: UnsafePointer<CChar>) {
    count = min(unsafe strlen(text), unsafe buffer.count)
    unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(start: text, count: count))
  }

  /// Leaves the first line; an editor ends a file with a line break that is not meant.
  mutating func keepFirstLine() {
    for index in 0..<count where unsafe buffer[index] == 10 || buffer[index] == 13 {
      count = index
      return
    }
  }

  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}
