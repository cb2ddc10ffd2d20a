internal import PluginContract
internal import TenantCore

/// Brings table `unclaimed` to a plan's list, writing only what differs (P6).
struct UnclaimedMerge {
  private let users: TenantUsers
  private let numbers: [Int]

  /// How what is stored is asked.
  static let stored = Question(
    sql: "SELECT name_key, user_name FROM unclaimed ORDER BY name_key", columns: [.text, .text])

  init(_ plan: Plan) {
    users = plan.users
    let users = plan.users
    let known = plan.unclaimed.filter { 0..<users.count ~= $0 }
    // Users are numbered in the order of their folded names.
    let isSorted = zip(known, known.dropFirst()).allSatisfy { $0 < $1 }
    numbers = isSorted ? known : known.sorted()
  }

  /// - Returns: true if the list was another.
  func apply(_ database: StoreDatabase) throws -> Bool {
    let stored = try database.statement(Self.stored.sql)
    var written: [Int] = []
    var removed: [RowImage] = []
    try SortedMerge.run(
      numbers, with: stored, keyCount: 1, build: { build($0, into: &$1) },
      compare: { user, image, isStored in
        if !isStored || !stored.equals(image, from: 1) { written.append(user) }
      }, pass: { removed.append(stored.key(columns: 1)) })
    try write(written, removed, database)
    return !(written.isEmpty && removed.isEmpty)
  }

  private func write(_ written: [Int], _ removed: [RowImage], _ database: StoreDatabase) throws {
    let remove = try database.rowWriter(.delete(from: "unclaimed", "name_key", .text))
    for key in removed { try remove.run(key) }
    let insert = try database.rowWriter(
      .put(
        into: "unclaimed", key: ["name_key"], index: Dialect.uniqueName,
        [("name_key", .text), ("user_name", .text)]))
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
    image.append(nonNull: users.nameKey(of: user))
    image.append(nonNull: column?.raw.first(of: record) ?? [])
  }
}
