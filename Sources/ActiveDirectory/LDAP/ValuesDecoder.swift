/// Takes the values of one attribute, whatever its options; rare, so each value is an array.
struct ValuesDecoder: EntryVisitor {
  private(set) var values: [[UInt8]] = []
  /// Where the next part begins; nil after the last one.
  private(set) var next: Int?
  private let attribute: String

  init(of attribute: String) { self.attribute = attribute.lowercased() }

  mutating func column(of attribute: UnsafeRawBufferPointer) -> Int? {
    let parts = unsafe String(decoding: attribute, as: UTF8.self)
      .split(separator: ";", maxSplits: 1)
    guard let name = parts.first, name.lowercased() == self.attribute else { return nil }
    if parts.count > 1 { next = RangeOption.next(after: String(parts[1])) }
    return 0
  }

  mutating func take(_ value: UnsafeRawBufferPointer, column: Int) {
    values.append(unsafe Array(value))
  }

  mutating func endEntry(dn: UnsafeRawBufferPointer) {}
}
