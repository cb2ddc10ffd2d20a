internal import PluginContract
internal import TenantCore

/// The keys of some rows, asked for again: those of all rows are not kept, and few are needed.
struct RemadeKeys: Sendable {
  private(set) var batches: [KeyBatch] = []
  /// For each of the rows: the batch and the record.
  private var places: [(batch: Int32, record: Int32)] = []

  /// Nothing.
  static let none = RemadeKeys()

  private init() {}

  /// Asks the matcher about rows.
  ///
  /// - Throws: what the matcher throws; `CancellationError`.
  init(of rows: [Int], _ join: Join, purpose: KeyPurpose) async throws {
    var records: [[Int]] = join.rows.batches.map { _ in [] }
    places.reserveCapacity(rows.count)
    for row in rows {
      let place = join.rows.places[row]
      places.append((place.batch, Int32(records[Int(place.batch)].count)))
      records[Int(place.batch)].append(Int(place.record))
    }
    let asked = records.indices.filter { !records[$0].isEmpty }
    var numbers = [Int32](repeating: -1, count: records.count)
    for (number, batch) in asked.enumerated() { numbers[batch] = Int32(number) }
    for index in places.indices { places[index].batch = numbers[Int(places[index].batch)] }
    let (wanted, names) = (records, join.matcher.attributes)
    let parts = join.input.partitions.ranges(of: asked.count)
    batches = try await join.input.partitions.map(parts.indices) { part in
      try await join.matcher.checkedKeys(
        of: asked[parts[part]].lazy.map {
          join.rows.batches[$0].records.selecting(names).taking(wanted[$0])
        }, side: .directory, purpose: purpose)
    }.flatMap(\.self)
  }

  /// Where the keys of one of the rows are, by its place among them.
  func place(of index: Int) -> (batch: Int, values: Range<Int>) {
    let place = places[index]
    let batch = Int(place.batch)
    return (batch, batches[batch].keys.values(of: Int(place.record)))
  }
}
