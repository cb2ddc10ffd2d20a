/// Rows for an exporter: the body of a frame of kind `rows`.
///
/// Shape: the number of rows, the number of columns, and the columns packed, in the order of
/// `begin`'s `columns`.
package enum RowsFrame {
  /// The frame of a batch.
  package static func frame(_ batch: RowBatch) throws(FrameError) -> Frame {
    var writer = ByteWriter()
    writer.reserve(batch.values.reduce(8) { $0 + 8 + 8 * $1.recordCount + $1.bytes.count })
    writer.number(batch.count)
    writer.number(batch.columns.count)
    for column in batch.values { column.write(to: &writer) }
    guard writer.bytes.count <= Frame.maximumLength else {
      throw FrameError(
        "a batch of \(batch.count) rows has \(writer.bytes.count) bytes, more than the "
          + "\(Frame.maximumLength) of a frame")
    }
    return Frame(.rows, writer.bytes)
  }

  /// Reads a body.
  package static func batch(
    _ body: [UInt8], columns: [RowColumn]
  ) throws(FrameError) -> RowBatch {
    var reader = ByteReader(body)
    let count = Int(try reader.number())
    let width = Int(try reader.number())
    guard count <= RowBatch.maximumCount else {
      throw FrameError("\(count) rows are more than the \(RowBatch.maximumCount) of a batch")
    }
    guard width == columns.count else {
      throw FrameError("rows have \(width) columns, but \(columns.count) were announced")
    }
    var batch = RowBatch(columns: columns)
    for index in columns.indices {
      batch.values[index] = try PackedColumn(records: count, from: &reader)
    }
    try reader.end()
    return batch
  }
}
