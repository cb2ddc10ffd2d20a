/// Reads DER (ITU-T X.690): elements one after the other, as certificates are written.
struct DERReader {
  struct Element {
    var tag: UInt8
    var content: ArraySlice<UInt8>

    /// The elements within.
    var reader: DERReader { DERReader(content) }
    /// The content as text; certificates use several text types, nearly always within UTF-8.
    var text: String { String(decoding: content, as: UTF8.self) }
  }

  static let sequence: UInt8 = 0x30
  static let objectIdentifier: UInt8 = 0x06

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next element, or nil at the end and where the bytes are not DER.
  mutating func next() -> Element? {
    guard let tag = rest.popFirst(), let length = nextLength(), length <= rest.count else {
      return nil
    }
    let content = rest.prefix(length)
    rest = rest.dropFirst(length)
    return Element(tag: tag, content: content)
  }

  /// The next element if it has this tag.
  mutating func next(_ tag: UInt8) -> Element? {
    guard rest.first == tag else { return nil }
    return next()
  }

  /// All elements to the end.
  mutating func all() -> [Element] {
    var found: [Element] = []
    while let element = next() { found.append(element) }
    return found
  }

  private mutating func nextLength() -> Int? {
    guard let first = rest.popFirst() else { return nil }
    guard first >= 0x80 else { return Int(first) }
    let count = Int(first & 0x7f)
    guard (1...4).contains(count), rest.count >= count else { return nil }
    let length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(count)
    return length
  }
}
