internal import Synchronization

/// The orders of a table's fields, each made when it is first asked for and then kept.
///
/// Copies of an index share one of these.
final class TableOrders: Sendable {
  private struct Kept {
    var ascending: ValueOrder?
    var descending: [UInt32]?
  }

  /// One field's orders; a lock each, so that sorting by one field makes no other wait.
  private final class OfField: Sendable {
    let kept = Mutex(Kept())
  }

  private let fields: [OfField]
  private let heldBytes = Atomic(0)

  /// Makes the place for the orders of so many fields.
  init(fieldCount: Int) { fields = (0..<fieldCount).map { _ in OfField() } }

  /// The rows in the order of a field, or nil if there is no such field.
  func rows(byField field: Int, isDescending: Bool, make: () -> ValueOrder) -> [UInt32]? {
    guard fields.indices.contains(field) else { return nil }
    return fields[field].kept.withLock { kept in
      let ascending = kept.ascending ?? hold(make())
      kept.ascending = ascending
      guard isDescending else { return ascending.rows }
      let descending = kept.descending ?? hold(ascending.descending())
      kept.descending = descending
      return descending
    }
  }

  /// The memory that the orders made so far hold; waits for none.
  var byteCount: Int { heldBytes.load(ordering: .relaxed) }

  private func hold(_ order: ValueOrder) -> ValueOrder {
    heldBytes.add(order.byteCount, ordering: .relaxed)
    return order
  }

  private func hold(_ rows: [UInt32]) -> [UInt32] {
    heldBytes.add(rows.count * MemoryLayout<UInt32>.stride, ordering: .relaxed)
    return rows
  }
}
