/// A text for each row that ends as many others do: what comes before the common end, and the end from a dictionary,
/// such as the parent of a distinguished name. The beginning may be another column's text, and is then not stored.
struct SplitColumn {
  /// How an entry of the dictionary begins; an empty entry says that the text is stored whole.
  fileprivate enum Kind { static let ownHead: UInt8 = 0, otherHead: UInt8 = 1 }

  private let heads: TextColumn
  private let tails: DictionaryColumn

  /// A column that was not read.
  init() {
    heads = TextColumn()
    tails = DictionaryColumn()
  }

  /// Reads the texts of as many rows.
  init(_ count: Int, from input: inout PackedBytes) throws {
    heads = try TextColumn(count, from: &input)
    tails = try DictionaryColumn(count, from: &input)
    for row in 0..<count {
      guard let kind = tails[row].first else { continue }
      guard kind <= Kind.otherHead else { throw PackedBytes.damage }
    }
  }

  /// Appends a row's text.
  ///
  /// - Parameter other: the other column's text in this row.
  func append(_ row: Int, other: ArraySlice<UInt8> = [], to output: inout [UInt8]) {
    let tail = tails[row]
    output.append(contentsOf: tail.first == Kind.otherHead ? other : heads[row])
    output.append(contentsOf: tail.dropFirst())
  }

  /// True if a row's text is that of another column's row, and so is the other column's text. Equal texts are cut
  /// in the same place.
  func isSame(_ row: Int, as other: SplitColumn, _ otherRow: Int) -> Bool {
    heads.isSame(row, as: other.heads, otherRow) && tails.isSame(row, as: other.tails, otherRow)
  }

  /// The common end of a row's text; empty if the text is stored whole.
  func tail(of row: Int) -> ArraySlice<UInt8> { tails[row].dropFirst() }
}

/// Builds a ``SplitColumn``.
struct SplitColumnBuilder {
  private var heads = TextColumnBuilder()
  private var tails = DictionaryColumnBuilder()
  private var entry: [UInt8] = []

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - tail: where the common end begins; nil if there is none.
  ///   - other: what the text before it may be equal to.
  mutating func append(_ text: Span<UInt8>, tail: Int?, other: Span<UInt8>) {
    // Lent out, because what is appended may not be a part of what it is appended to.
    var entry = self.entry
    self.entry = []
    defer { self.entry = entry }
    entry.removeAll(keepingCapacity: true)
    guard let tail else {
      heads.append(text)
      return tails.append(entry.span)
    }
    let head = text.extracting(0..<tail)
    let isOther = !head.isEmpty && head.hasSameBytes(as: other)
    heads.append(isOther ? head.extracting(0..<0) : head)
    entry.append(isOther ? SplitColumn.Kind.otherHead : SplitColumn.Kind.ownHead)
    unsafe text.extracting(tail..<text.count).withUnsafeBytes {
      unsafe entry.append(contentsOf: $0)
    }
    tails.append(entry.span)
  }

  func write(to output: inout [UInt8]) {
    heads.write(to: &output)
    tails.write(to: &output)
  }
}
