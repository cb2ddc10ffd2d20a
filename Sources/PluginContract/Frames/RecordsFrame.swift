/// A question to a matcher: the body of a frame of kind `records`.
///
/// Shape: `request`, `matcher` (`UInt32` each), `side` (0 directory, 1 tenant), `purpose` (0
/// candidates, 1 explanation), two zero bytes, `directory` (`0xFFFFFFFF` on the tenant's side),
/// the number of records, the number of columns; then for each column its place in the matcher's
/// `attributes` or `fields`, whether a canonical form follows (1) or not (0), and the one or two
/// packed columns.
package struct RecordsFrame: Sendable {
  /// Counts the questions to a process; the answer repeats it.
  package var request: UInt32
  /// Which of the process's matchers is asked.
  package var matcher: UInt32
  /// The side that the records are on.
  package var side: Side
  /// What keys are asked for.
  package var purpose: KeyPurpose
  /// The records.
  package var batch: RecordBatch

  private static let noDirectory = UInt32.max

  /// Makes a question.
  package init(
    request: UInt32, matcher: UInt32, side: Side, purpose: KeyPurpose, batch: RecordBatch
  ) {
    self.request = request
    self.matcher = matcher
    self.side = side
    self.purpose = purpose
    self.batch = batch
  }

  /// The frame; columns that are not among `names` are left out.
  package func frame(names: [String]) throws(FrameError) -> Frame {
    let columns = batch.columns.compactMap { column in
      names.firstIndex(of: column.name).map { (place: $0, column: column) }
    }
    let size = columns.reduce(28) {
      $0 + 8 + $1.column.raw.frameLength + $1.column.canonical.frameLength
    }
    guard size <= Frame.maximumLength else {
      throw FrameError(
        "a batch of \(batch.count) records has \(size) bytes, more than the "
          + "\(Frame.maximumLength) of a frame")
    }
    var writer = ByteWriter()
    writer.reserve(size)
    writer.number(request)
    writer.number(matcher)
    writer.bytes([side == .directory ? 0 : 1, purpose == .candidates ? 0 : 1, 0, 0])
    writer.number(batch.directory.map(UInt32.init(clamping:)) ?? Self.noDirectory)
    writer.number(batch.count)
    writer.number(columns.count)
    for (place, column) in columns {
      writer.number(place)
      let canonical = column.canonical
      let hasCanonical = canonical.recordCount == batch.count
      writer.number(hasCanonical ? 1 : 0)
      column.raw.write(to: &writer)
      if hasCanonical { canonical.write(to: &writer) }
    }
    return Frame(.records, writer.bytes)
  }

  /// Reads a body. `names` gives a matcher's attributes and fields by its number.
  package init(
    _ body: [UInt8], names: (_ matcher: UInt32, Side) -> [String]?
  ) throws(FrameError) {
    var reader = ByteReader(body)
    request = try reader.number()
    matcher = try reader.number()
    side = try reader.flag("side") ? .tenant : .directory
    purpose = try reader.flag("purpose") ? .explanation : .candidates
    guard try reader.bytes(2).allSatisfy({ $0 == 0 }) else {
      throw FrameError("the two bytes after the purpose are not zero")
    }
    let directory = try reader.number()
    let count = Int(try reader.number())
    guard let names = names(matcher, side) else {
      throw FrameError("there is no matcher \(matcher)")
    }
    guard count <= RecordBatch.maximumCount else {
      throw FrameError("\(count) records are more than the \(RecordBatch.maximumCount) of a batch")
    }
    batch = RecordBatch(
      directory: directory == Self.noDirectory ? nil : Int(directory), columns: [])
    batch.count = count
    for _ in 0..<(try reader.count(of: 16)) {
      let column = try Self.column(records: count, names: names, from: &reader)
      guard batch.column(column.name) == nil else {
        throw FrameError("the column '\(column.name)' comes twice")
      }
      batch.columns.append(column)
    }
    try reader.end()
  }

  private static func column(
    records: Int, names: [String], from reader: inout ByteReader
  ) throws(FrameError) -> Column {
    let place = Int(try reader.number())
    guard names.indices.contains(place) else { throw FrameError("there is no column \(place)") }
    let name = names[place]
    let form = try reader.number()
    let raw = try PackedColumn(records: records, from: &reader)
    guard form <= 1 else { throw FrameError("a column's form is \(form), and 0 and 1 are known") }
    guard form == 1 else { return Column(name: name, raw: raw, isText: false) }
    let canonical = try PackedColumn(records: records, from: &reader)
    guard canonical.recordEnds == raw.recordEnds else {
      throw FrameError("the column '\(name)' has other values in canonical form")
    }
    return Column(name: name, raw: raw, canonical: canonical)
  }
}

extension PackedColumn {
  fileprivate var frameLength: Int { 8 + 4 * (recordCount + valueCount) + bytes.count }
}
