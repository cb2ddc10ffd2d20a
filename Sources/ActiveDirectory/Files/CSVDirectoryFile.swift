import PluginContract
import TenantCore

/// Reads users of CSV as csvde and PowerShell's `Export-Csv` write it.
struct CSVDirectoryFile {
  let path: String
  /// How many blocks of rows are read at once.
  var reading = CSVReading(threads: 1)

  /// What was read of one block.
  private struct Rows: Sendable {
    var batches: [DirectoryUserBatch] = []
    var builder: DirectoryBatchBuilder
  }

  /// Reads a file to its end.
  ///
  /// - Parameters:
  ///   - builder: says what is read; it takes the notes of values that are not kept, and no records.
  ///   - send: takes each batch in the file's order.
  /// - Throws: ``DirectoryError``; ``TenantCore/NoTextFile``; what `send` throws.
  func read(
    _ source: consuming TextSource, into builder: inout DirectoryBatchBuilder,
    send: (DirectoryUserBatch) throws -> Void
  ) throws {
    do {
      try reading.read(
        source, empty: Rows(builder: builder),
        reader: { [builder] header in
          let rows = CSVDirectoryRows(columns: try CSVDirectoryColumns(header, builder))
          return { (table, read) throws(TextError) in try Self.read(rows, &table, into: &read) }
        },
        deliver: { rows, _ in
          for batch in rows.batches { try send(batch) }
          builder.add(notesOf: rows.builder)
        })
    } catch let error as TextError {
      throw DirectoryError(.incomplete, "\(path):\(error.line): \(error.message)")
    }
  }

  private static func read(
    _ rows: CSVDirectoryRows, _ table: inout CSVTable, into read: inout Rows
  ) throws(TextError) {
    var batches: [DirectoryUserBatch] = []
    defer { read.batches = batches }
    try rows.read(&table, into: &read.builder) { builder in
      if builder.isFull { batches.append(builder.take()) }
    }
    if read.builder.count > 0 { batches.append(read.builder.take()) }
  }
}
