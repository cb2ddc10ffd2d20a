/// Reads BER as LDAP clients write it (RFC 4511, section 5.1): definite lengths, one-byte tags.
package struct BERReader {
  /// One element.
  package struct Element {
    package let tag: UInt8
    package let content: ArraySlice<UInt8>

    /// The content as text.
    package var text: String { String(decoding: content, as: UTF8.self) }
    /// The content as a whole number without a sign.
    package var number: Int { content.prefix(7).reduce(0) { $0 << 8 | Int($1) } }
    /// The elements within.
    package var reader: BERReader { BERReader(content) }
  }

  private var rest: ArraySlice<UInt8>

  package init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next element; nil at the end, and for bytes that are none.
  package mutating func next() -> Element? {
    var bytes = rest
    guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7f)
      guard (1...4).contains(count), bytes.count >= count else { return nil }
      length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
      bytes = bytes.dropFirst(count)
    }
    guard bytes.count >= length else { return nil }
    rest = bytes.dropFirst(length)
    return Element(tag: tag, content: bytes.prefix(length))
  }

  /// All elements that are left.
  package mutating func all() -> [Element] {
    var elements: [Element] = []
    while let element = next() { elements.append(element) }
    return elements
  }
}
