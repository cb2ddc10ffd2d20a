internal import Glibc

/// Any bytes as a text that PostgreSQL takes, and back.
///
/// A directory's values are bytes, and SQLite stores any as text. PostgreSQL refuses a text that has a NUL or is no UTF-8
/// (https://www.postgresql.org/docs/current/datatype-character.html). A byte of these is written as one of the
/// last 256 characters of Unicode, U+10FF00 and so on, which are for private use; such a character, should
/// somebody have written one, as its four bytes. So each text comes back as it was, different texts stay different,
/// and a usual text is stored as it is.
enum PostgresText {
  /// The first two bytes of the characters that stand for bytes; the third is 0xBC or higher.
  private static let (lead, second): (UInt8, UInt8) = (0xF4, 0x8F)

  /// Appends a text as PostgreSQL takes it.
  static func append(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    guard text.contains(where: { $0 == 0 || $0 >= 0x80 }) else {
      bytes.append(contentsOf: text)
      return
    }
    var place = text.startIndex
    while place < text.endIndex {
      let length = length(of: text[place...])
      if length > 0, !isForByte(text[place...]) {
        bytes.append(contentsOf: text[place..<place + length])
        place += length
      } else {
        appendByte(text[place], to: &bytes)
        place += 1
      }
    }
  }

  private static func appendByte(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes += [lead, second, 0xBC | byte >> 6, 0x80 | byte & 0x3F]
  }

  /// Appends a text of PostgreSQL as it was.
  static func appendOriginal(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    var place = 0
    while place < text.count {
      let rest = unsafe text[place...]
      if unsafe isForByte(rest) {
        unsafe bytes.append((text[place + 2] & 0x03) << 6 | text[place + 3] & 0x3F)
        place += 4
      } else {
        unsafe bytes.append(text[place])
        place += 1
      }
    }
  }

  /// True if a text of PostgreSQL has a character that stands for a byte.
  static func standsForBytes(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let base = text.baseAddress else { return false }
    var place = 0
    while place + 4 <= text.count {
      guard let next = unsafe memchr(base + place, CInt(lead), text.count - place) else {
        return false
      }
      place = unsafe UnsafeRawPointer(next) - base
      if unsafe isForByte(text[place...]) { return true }
      place += 1
    }
    return false
  }

  private static func isForByte<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Bool
  where Bytes.SubSequence: Collection<UInt8> {
    let four = bytes.prefix(4)
    guard four.count == 4, four.first == lead else { return false }
    var iterator = four.dropFirst().makeIterator()
    return iterator.next() == second && iterator.next() ?? 0 >= 0xBC
  }

  /// The length of the character of UTF-8 that begins here (RFC 3629, section 4); 0 if none does, or a NUL.
  private static func length(of bytes: ArraySlice<UInt8>) -> Int {
    func isTail(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      let place = bytes.startIndex + offset
      return place < bytes.endIndex && range.contains(bytes[place])
    }
    guard let first = bytes.first else { return 0 }
    switch first {
    case 0: return 0
    case ..<0x80: return 1
    case 0xC2...0xDF: return isTail(1) ? 2 : 0
    case 0xE0: return isTail(1, 0xA0...0xBF) && isTail(2) ? 3 : 0
    case 0xED: return isTail(1, 0x80...0x9F) && isTail(2) ? 3 : 0
    case 0xE1...0xEF: return isTail(1) && isTail(2) ? 3 : 0
    case 0xF0: return isTail(1, 0x90...0xBF) && isTail(2) && isTail(3) ? 4 : 0
    case 0xF1...0xF3: return isTail(1) && isTail(2) && isTail(3) ? 4 : 0
    case 0xF4: return isTail(1, 0x80...0x8F) && isTail(2) && isTail(3) ? 4 : 0
    default: return 0
    }
  }
}

/// Texts as they were, for as long as a row is looked at.
@safe struct OriginalTexts: ~Copyable {
  private var texts: [UnsafeMutableRawBufferPointer] = unsafe []

  init() {}

  deinit { unsafe texts.forEach { unsafe $0.deallocate() } }

  /// Forgets all.
  mutating func clear() {
    guard unsafe !texts.isEmpty else { return }
    unsafe texts.forEach { unsafe $0.deallocate() }
    unsafe texts = []
  }

  /// The bytes of a text that PostgreSQL gave, until they are cleared: usually the same.
  mutating func original(of text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard unsafe PostgresText.standsForBytes(text) else { return unsafe text }
    var bytes: [UInt8] = []
    unsafe PostgresText.appendOriginal(text, to: &bytes)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    unsafe copy.copyBytes(from: bytes)
    unsafe texts.append(copy)
    return UnsafeRawBufferPointer(copy)
  }
}
