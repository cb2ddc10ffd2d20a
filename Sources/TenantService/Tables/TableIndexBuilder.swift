internal import PluginContract
internal import TenantCore

/// A field of a table's rows.
struct TableField: Sendable, Equatable {
  /// Whether a search looks into it; every field can be sorted by.
  var isSearchable = true
}

/// Takes the rows of a table in its natural order and makes a ``TableIndex`` of them.
///
/// For each row the values of its fields are appended in order, and then the row is ended. What is
/// missing then is empty; values beyond the last field are left out.
struct TableIndexBuilder {
  private let places: [TableIndex.Place]
  private var keys = PackedKeys()
  private var searched = PackedFields()
  private var others = PackedFields()
  private var categories: TableCategories
  private var nextField = 0

  /// Makes a builder for rows with these fields and so many categories.
  init(fields: [TableField], categoryCount: Int) {
    var counts = (searched: 0, others: 0)
    places = fields.map { field in
      defer { if field.isSearchable { counts.searched += 1 } else { counts.others += 1 } }
      return TableIndex.Place(
        isSearchable: field.isSearchable,
        position: field.isSearchable ? counts.searched : counts.others)
    }
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
    while nextField < places.count { appendField { _ in } }
    searched.endRow()
    others.endRow()
    keys.append(key)
    self.categories.appendRow(in: categories)
    nextField = 0
  }

  /// Makes the index of the rows that were ended.
  ///
  /// - Throws: ``Failure`` for 4 GiB of texts or keys and more, which nothing here can count.
  consuming func build() throws(Failure) -> TableIndex {
    guard
      let most = [searched.bytes.count, others.bytes.count, keys.bytes.count].max(),
      most <= Int(UInt32.max)
    else {
      throw Failure(
        .internalFailure, "a table with more than 4 GiB of text is too large to be searched")
    }
    return TableIndex(
      keys: keys, places: places, searched: searched, others: others, categories: categories)
  }

  @inline(__always)
  private mutating func appendField(_ append: (inout [UInt8]) -> Void) {
    guard nextField < places.count else { return }
    if places[nextField].isSearchable {
      Self.append(append, to: &searched)
    } else {
      Self.append(append, to: &others)
    }
    nextField += 1
  }

  @inline(__always)
  private static func append(_ append: (inout [UInt8]) -> Void, to fields: inout PackedFields) {
    let start = fields.bytes.count
    append(&fields.bytes)
    fields.endField(from: start)
  }
}
