internal import GRDB
internal import PluginContract
internal import TenantCore

/// Brings table `unclaimed` to a plan's list, writing only what differs (P6).
struct UnclaimedMerge {
  private let users: TenantUsers
  private let numbers: [Int]

  init(_ plan: Plan) {
    users = plan.users
    let users = plan.users
    let known = plan.unclaimed.filter { 0..<users.count ~= $0 }
    // Users are numbered in the order of their folded names.
    let isSorted = zip(known, known.dropFirst()).allSatisfy { $0 < $1 }
    numbers = isSorted ? known : known.sorted()
  }

  func apply(_ database: Database) throws {
    let stored = try RawStatement(
      database, "SELECT name_key, user_name FROM unclaimed ORDER BY name_key")
    var hasStored = try stored.step()
    var written: [Int] = []
    var removed: [RowImage] = []
    var image = RowImage()
    for user in numbers {
      build(user, into: &image)
      var place = 1
      while hasStored {
        place = stored.order(against: image, columns: 1)
        guard place < 0 else { break }
        removed.append(Self.key(of: stored))
        hasStored = try stored.step()
      }
      let isThere = hasStored && place == 0
      if !isThere || !stored.equals(image, from: 1) { written.append(user) }
      if isThere { hasStored = try stored.step() }
    }
    while hasStored {
      removed.append(Self.key(of: stored))
      hasStored = try stored.step()
    }
    try write(written, removed, database)
  }

  private func write(_ written: [Int], _ removed: [RowImage], _ database: Database) throws {
    let remove = try RawStatement(database, "DELETE FROM unclaimed WHERE name_key = ?")
    for key in removed { try remove.run(key) }
    let insert = try RawStatement(
      database, "INSERT OR REPLACE INTO unclaimed (name_key, user_name) VALUES (?, ?)")
    var image = RowImage()
    for user in written {
      build(user, into: &image)
      try insert.run(image)
    }
  }

  private func build(_ user: Int, into image: inout RowImage) {
    let (batch, record) = users.locate(user)
    let column = users.batches[batch].records.column(TenantField.userName.rawValue)
    image.clear()
    image.append(nonNull: column?.canonical.first(of: record) ?? [])
    image.append(nonNull: column?.raw.first(of: record) ?? [])
  }

  private static func key(of stored: RawStatement) -> RowImage {
    var row = RowImage()
    stored.read(into: &row, columns: 1)
    return row
  }
}
