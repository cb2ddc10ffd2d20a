internal import TenantCore

/// The hash of keys: SipHash-1-3 with a secret that each process draws for itself.
///
/// SipHash is made for this (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; one
/// and three rounds are what Swift's `Hasher` and Rust's take): without the secret nobody can tell
/// which values fall together, so that crafted logins neither slow the join down nor meet. It is
/// spelled out here because it reads eight bytes at a time out of a column and keeps no state
/// between values. Whoever finds two equal hashes compares the bytes.
struct KeyHash: Sendable {
  private let first: UInt64
  private let second: UInt64

  /// The hash of this process.
  static let ofProcess = KeyHash(
    .random(in: UInt64.min...UInt64.max), .random(in: UInt64.min...UInt64.max))

  /// Takes a secret of 128 bits.
  init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// The hash of a key in a group.
  func hash(_ key: RawSpan, group: UInt16) -> UInt64 {
    var state = SipState(first, second)
    // Groups are few, and zero is the most frequent.
    if group != 0 { state.add(UInt64(group)) }
    var offset = 0
    while offset + 8 <= key.byteCount {
      state.add(key.word(at: offset))
      offset += 8
    }
    var last = UInt64(truncatingIfNeeded: key.byteCount) << 56
    var shift: UInt64 = 0
    while offset < key.byteCount {
      last |= UInt64(key.byte(at: offset)) << shift
      offset += 1
      shift += 8
    }
    return state.finish(last)
  }

  /// The hash of an anchor.
  func hash(_ guid: ObjectGUID) -> UInt64 {
    var state = SipState(first, second)
    state.add(guid.high)
    state.add(guid.low)
    return state.finish(16 << 56)
  }
}

/// What SipHash carries from word to word.
private struct SipState {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  init(_ first: UInt64, _ second: UInt64) {
    v0 = first ^ 0x736f_6d65_7073_6575
    v1 = second ^ 0x646f_7261_6e64_6f6d
    v2 = first ^ 0x6c79_6765_6e65_7261
    v3 = second ^ 0x7465_6462_7974_6573
  }

  mutating func add(_ word: UInt64) {
    v3 ^= word
    turn()
    v0 ^= word
  }

  mutating func finish(_ last: UInt64) -> UInt64 {
    add(last)
    v2 ^= 0xff
    turn()
    turn()
    turn()
    return v0 ^ v1 ^ v2 ^ v3
  }

  private mutating func turn() {
    v0 &+= v1
    v2 &+= v3
    v1 = v1 &<< 13 | v1 &>> 51
    v3 = v3 &<< 16 | v3 &>> 48
    v1 ^= v0
    v3 ^= v2
    v0 = v0 &<< 32 | v0 &>> 32
    v0 &+= v3
    v2 &+= v1
    v3 = v3 &<< 21 | v3 &>> 43
    v1 = v1 &<< 17 | v1 &>> 47
    v3 ^= v0
    v1 ^= v2
    v2 = v2 &<< 32 | v2 &>> 32
  }
}

extension RawSpan {
  /// Eight bytes as a little-endian number. The place is checked; every number is one.
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// One byte. The place is checked.
  func byte(at offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// True if both hold the same bytes.
  func isEqual(to other: RawSpan) -> Bool {
    let count = byteCount
    guard count == other.byteCount else { return false }
    var offset = 0
    while offset + 8 <= count {
      if word(at: offset) != other.word(at: offset) { return false }
      offset += 8
    }
    while offset < count {
      if byte(at: offset) != other.byte(at: offset) { return false }
      offset += 1
    }
    return true
  }
}
