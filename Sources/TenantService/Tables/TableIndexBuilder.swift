internal import PluginContract
internal import TenantCore

/// Takes the rows of a table in its natural order and makes a ``TableIndex`` of them.
///
/// For each row the values of its fields are appended in order, and then the row is ended. What is
/// missing then is empty; values beyond the last field are left out.
struct TableIndexBuilder {
  private let fieldCount: Int
  private var keys = PackedKeys()
  private var fields = PackedFields()
  private var categories: TableCategories
  private var nextField = 0

  /// Makes a builder for rows with so many fields, which can be searched and sorted by, and so many
  /// categories.
  init(fieldCount: Int, categoryCount: Int) {
    self.fieldCount = fieldCount
    categories = TableCategories(count: categoryCount)
  }

  /// Adds the value of the row's next field, which is canonical already (rule M5).
  mutating func append(canonical value: some Collection<UInt8>) {
    appendField { $0.append(contentsOf: value) }
  }

  /// Adds the canonical form of the value of the row's next field; bytes that are not UTF-8 are
  /// repaired.
  mutating func append(folding value: some BidirectionalCollection<UInt8>) {
    appendField { bytes in
      if !CanonicalText.append(value, to: &bytes) {
        bytes.append(contentsOf: CanonicalText.of(String(decoding: value, as: UTF8.self)).utf8)
      }
    }
  }

  /// Ends a row that is named by a key and is in these categories.
  mutating func endRow(key: some Collection<UInt8>, categories: some Sequence<Int>) {
    while nextField < fieldCount { appendField { _ in } }
    fields.endRow()
    keys.append(key)
    self.categories.appendRow(in: categories)
    nextField = 0
  }

  /// Makes the index of the rows that were ended.
  ///
  /// - Throws: ``Failure`` for 4 GiB of texts or keys and more, which nothing here can count.
  consuming func build() throws(Failure) -> TableIndex {
    guard max(fields.bytes.count, keys.bytes.count) <= Int(UInt32.max) else {
      throw Failure(
        .internalFailure, "a table with more than 4 GiB of text is too large to be searched")
    }
    return TableIndex(
      keys: keys, fieldCount: fieldCount, fields: fields, categories: categories)
  }

  @inline(__always)
  private mutating func appendField(_ append: (inout [UInt8]) -> Void) {
    guard nextField < fieldCount else { return }
    let start = fields.bytes.count
    append(&fields.bytes)
    fields.endField(from: start)
    nextField += 1
  }
}
