/// Takes security identifiers; other values are left out.
struct IdentifierDecoder: EntryVisitor {
  private(set) var identifiers: Set<SecurityIdentifier> = []
  private let attribute: String
  private let limit: Int
  private var count = 0

  init(of attribute: String, limit: Int) {
    self.attribute = attribute.lowercased()
    self.limit = limit
  }

  mutating func column(of attribute: UnsafeRawBufferPointer) -> Int? {
    unsafe String(decoding: attribute, as: UTF8.self).lowercased() == self.attribute ? 0 : nil
  }

  mutating func take(_ value: UnsafeRawBufferPointer, column: Int) {
    count += 1
    guard value.count <= SecurityIdentifier.maximumBytes, count <= limit,
      let identifier = unsafe SecurityIdentifier(bytes: Array(value))
    else { return }
    identifiers.insert(identifier)
  }

  /// An answer that is cut off would leave groups out unseen.
  mutating func endEntry(dn: UnsafeRawBufferPointer) throws {
    guard count <= limit else {
      throw DirectoryError(
        .unavailable,
        "an entry has more than \(limit) values of \(attribute); ask the "
          + "directory's administrator")
    }
  }
}
