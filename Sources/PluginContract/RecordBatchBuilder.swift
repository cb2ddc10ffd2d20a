/// Builds a ``RecordBatch`` record by record.
public struct RecordBatchBuilder: Sendable {
  private let names: [String]
  private let textCount: Int
  private let directory: Int?
  private var columns: [PackedColumn]
  /// The number of records that are complete.
  public private(set) var count = 0

  /// Starts a batch.
  ///
  /// - Parameters:
  ///   - text: names of the columns that are compared: they get a canonical form.
  ///   - opaque: names of the columns that are only carried; they follow the text columns.
  ///   - directory: index of the directory, nil on the tenant's side.
  public init(text: [String], opaque: [String] = [], directory: Int?) {
    names = text + opaque
    textCount = text.count
    self.directory = directory
    columns = names.map { _ in PackedColumn() }
  }

  /// True if the batch holds ``RecordBatch/maximumCount`` records.
  public var isFull: Bool { count == RecordBatch.maximumCount }

  /// Adds a value to a column of the record that is being built.
  ///
  /// - Returns: false if the column is text and the value is not UTF-8.
  @inlinable @discardableResult
  public mutating func append(_ value: some BidirectionalCollection<UInt8>, to column: Int) -> Bool
  {
    if let done = value.withContiguousStorageIfAvailable({ unsafe append($0, to: column) }) {
      return done
    }
    return unsafe Array(value).withUnsafeBufferPointer { unsafe append($0, to: column) }
  }

  /// Adds a value to a column of the record that is being built.
  ///
  /// - Returns: false if the column is text and the value is not UTF-8.
  @discardableResult
  public mutating func append(_ value: Span<UInt8>, to column: Int) -> Bool {
    columns[column].append(value)
    return column >= textCount || ASCIIText.isASCII(value) || Self.isUTF8(value)
  }

  @usableFromInline
  mutating func append(_ value: UnsafeBufferPointer<UInt8>, to column: Int) -> Bool {
    unsafe append(value.span, to: column)
  }

  private static func isUTF8(_ value: Span<UInt8>) -> Bool {
    (try? UTF8Span(validating: value)) != nil
  }

  /// Closes the record that is being built.
  public mutating func endRecord() {
    for index in columns.indices { columns[index].endRecord() }
    count += 1
  }

  /// Adds records to every column at once.
  ///
  /// - Parameter fill: is given each column's number and the column, and adds `count` records to it. What
  ///   it adds to a text column was checked to be UTF-8.
  package mutating func appendRecords(
    _ count: Int, _ fill: (_ column: Int, _ values: inout PackedColumn) -> Void
  ) {
    for index in columns.indices {
      fill(index, &columns[index])
      assert(columns[index].recordCount == self.count + count)
    }
    self.count += count
  }

  /// Takes back all values of the record that is being built.
  package mutating func discardRecord() {
    for index in columns.indices { columns[index].discardRecord() }
  }

  /// Takes the finished batch.
  public consuming func finish() -> RecordBatch { batch(of: columns) }

  /// Takes the finished batch, in no more memory than it needs, and begins the next one in the memory of
  /// this one.
  package mutating func take() -> RecordBatch {
    let batch = batch(of: columns.map { $0.trimmed() })
    for index in columns.indices { columns[index].removeAll() }
    count = 0
    return batch
  }

  private func batch(of columns: [PackedColumn]) -> RecordBatch {
    RecordBatch(
      directory: directory, count: count,
      columns: zip(names, columns).enumerated().map { index, column in
        Column(name: column.0, raw: column.1, isText: index < textCount)
      })
  }
}
