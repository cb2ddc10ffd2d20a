internal import PluginContract

/// A SHA-256 over all that a tenant's store holds: the tables in the order of ``TenantTable/all``, each with its rows in
/// the order of their keys.
///
/// A cell is told by what its column holds and by its bytes, with their number before them, so that no two contents
/// are told alike; an engine's own way to keep a number or a text does not show.
struct TenantDigest {
  private var hash = SHA256()
  private var pending: [UInt8] = []
  private static let blockBytes = 1 << 16

  /// Begins a table.
  mutating func begin(_ table: TenantTable) {
    append(length: table.name.utf8.count, mark: Mark.table)
    pending.append(contentsOf: table.name.utf8)
  }

  /// Tells a row, whose cells are in the order of the table's columns.
  mutating func add(_ row: RowImage, of table: TenantTable) {
    for (index, column) in table.columns.enumerated() {
      switch row.cells[index] {
      case .null: pending.append(Mark.null)
      case .integer(let number):
        pending.append(Mark.integer)
        append(UInt64(bitPattern: number))
      case .text(let start, let end), .blob(let start, let end):
        append(length: end - start, mark: column.kind == .blob ? Mark.blob : Mark.text)
        pending.append(contentsOf: row.bytes[start..<end])
      }
    }
    flush(beyond: Self.blockBytes)
  }

  /// Ends.
  mutating func finish() -> String {
    flush(beyond: 0)
    return Hex.text(hash.finish())
  }

  private enum Mark {
    static let null: UInt8 = 0
    static let integer: UInt8 = 1
    static let text: UInt8 = 2
    static let blob: UInt8 = 3
    static let table: UInt8 = 4
  }

  private mutating func append(length: Int, mark: UInt8) {
    pending.append(mark)
    append(UInt64(length))
  }

  private mutating func append(_ number: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      pending.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  private mutating func flush(beyond count: Int) {
    guard pending.count > count else { return }
    hash.update(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
