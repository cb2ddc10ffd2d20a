internal import Glibc
internal import PluginContract

/// What is searched for, in canonical form (rule M5), so that it matches in any case.
struct SearchTerm: Sendable, Equatable {
  /// The most bytes of a search text that are looked at; what follows is left out.
  static let maximumByteCount = 256

  /// The canonical form; never empty.
  let bytes: [UInt8]

  /// Takes a text as it was typed; nil if there is nothing to search for in it.
  init?(_ text: String) {
    var room = Self.maximumByteCount
    let head = text.unicodeScalars.prefix { scalar in
      room -= UTF8.width(scalar)
      return room >= 0
    }
    bytes = Array(CanonicalText.of(String(head)).utf8)
    if bytes.isEmpty { return nil }
  }

  /// The position of the byte that is the rarest by these frequencies: looking for it first passes
  /// over most of what is looked through.
  func rarest(by frequencies: [UInt32]) -> Int {
    bytes.indices.min { frequencies[Int(bytes[$0])] < frequencies[Int(bytes[$1])] } ?? 0
  }

  /// Whether the term is in `text` (bytes `range`); `anchor` is the position of its rarest byte.
  @inline(__always)
  static func isFound(
    _ term: UnsafeBufferPointer<UInt8>, anchor: Int, in text: UnsafeBufferPointer<UInt8>,
    _ range: Range<Int>
  ) -> Bool {
    guard let term = term.baseAddress.map({ ($0, term.count) }), let base = text.baseAddress else {
      return false
    }
    var position = range.lowerBound + anchor
    let last = range.upperBound - (term.1 - anchor)
    while position <= last {
      guard let hit = memchr(base + position, Int32(term.0[anchor]), last - position + 1) else {
        return false
      }
      position = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
      if memcmp(base + position - anchor, term.0, term.1) == 0 { return true }
      position += 1
    }
    return false
  }
}
