internal import PluginContract
internal import TenantCore

/// The place of each user in the order of folded names.
struct UserRanks: Sendable {
  /// Empty where users come in that order already.
  private let ranks: [Int32]

  init(_ users: TenantUsers) {
    guard !Self.areInOrder(users) else {
      ranks = []
      return
    }
    let names = users.batches.flatMap(Self.names)
    let order = names.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }
    var ranks = [Int32](repeating: 0, count: names.count)
    for (rank, user) in order.enumerated() { ranks[user] = Int32(rank) }
    self.ranks = ranks
  }

  private static func areInOrder(_ users: TenantUsers) -> Bool {
    var last: ArraySlice<UInt8> = []
    for batch in users.batches {
      for name in names(of: batch) {
        if name.lexicographicallyPrecedes(last) { return false }
        last = name
      }
    }
    return true
  }

  private static func names(of batch: TenantUserBatch) -> [ArraySlice<UInt8>] {
    let column = batch.records.column(TenantField.userName.rawValue)?.canonical
    return (0..<batch.records.count).map { column?.first(of: $0) ?? [] }
  }

  subscript(user: Int) -> Int32 { ranks.isEmpty ? Int32(user) : ranks[user] }
}
