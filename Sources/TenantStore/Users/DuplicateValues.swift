internal import PluginContract
internal import TenantCore

/// Finds values that ought to be unique in a tenant and are not (S4): compared trimmed and folded,
/// as they count (S1).
struct DuplicateValues {
  /// The fields that ought to be unique.
  static let fields: [TenantField] = [.windowsLogin, .employeeId, .email]

  /// Users that a finding names.
  private static let namedLimit = 5

  /// Who holds a value.
  private struct Holders {
    var first: Int
    var names: [String]
    var count: Int
  }

  private let database: StoreDatabase

  init(_ database: StoreDatabase) { self.database = database }

  /// A finding for each value that several users hold; it names five of them.
  ///
  /// Hashes tell which values can be there twice; only those are then compared, byte by byte.
  func findings() throws -> [Finding] {
    let repeated = try repeatedHashes()
    guard repeated.contains(where: { !$0.isEmpty }) else { return [] }
    var holders = Self.fields.map { _ in [[UInt8]: Holders]() }
    var number = 0
    try forEachValue { field, value, hash, userName in
      guard repeated[field].contains(hash) else { return }
      number += 1
      var entry = holders[field][value] ?? Holders(first: number, names: [], count: 0)
      entry.count += 1
      if entry.names.count < Self.namedLimit { entry.names.append(userName()) }
      holders[field][value] = entry
    }
    return zip(Self.fields, holders).flatMap { field, holders in
      holders.filter { $0.value.count > 1 }.sorted { $0.value.first < $1.value.first }
        .map { Self.finding(field, $0.key, $0.value) }
    }
  }

  private static func finding(
    _ field: TenantField, _ value: [UInt8], _ holders: Holders
  ) -> Finding {
    let names = holders.names.joined(separator: ", ")
    let rest = holders.count - holders.names.count
    return Finding(
      .duplicateValue, subject: holders.names.first,
      message: "\(field.rawValue) '\(String(decoding: value, as: UTF8.self))' is held by "
        + "\(holders.count) users: \(names)" + (rest > 0 ? " and \(rest) more" : ""))
  }

  /// For each field the hashes that several users' values have.
  private func repeatedHashes() throws -> [Set<Int>] {
    var hashes = Self.fields.map { _ in [Int]() }
    try forEachValue { field, _, hash, _ in hashes[field].append(hash) }
    return hashes.indices.map { field in
      hashes[field].sort()
      let sorted = hashes[field]
      hashes[field] = []
      return Set(
        sorted.indices.dropFirst().lazy.filter { sorted[$0 - 1] == sorted[$0] }.map { sorted[$0] })
    }
  }

  /// Another user that holds a value, or nil.
  func holder(of value: String, in field: TenantField, besides id: Int64) throws -> String? {
    let wanted = Array(CanonicalText.of(value).utf8)
    let statement = try database.statement(
      """
      SELECT user_name, \(Self.expression(field)) AS value FROM users
      WHERE \(Self.expression(field)) IS NOT NULL AND id <> ? ORDER BY name_key
      """)
    var row = RowImage()
    row.append(id)
    try statement.bind(row)
    defer { statement.reset() }
    var canonical: [UInt8] = []
    while try statement.step() {
      statement.read(into: &row)
      canonical.removeAll(keepingCapacity: true)
      if CanonicalText.append(row.slice(1) ?? [], to: &canonical), canonical == wanted {
        return row.text(0) ?? ""
      }
    }
    return nil
  }

  /// Gives the folded values of all users in the order of their names, each with its hash.
  private func forEachValue(
    _ body: (_ field: Int, _ value: [UInt8], _ hash: Int, _ userName: () -> String) -> Void
  ) throws {
    let values = Self.fields.map(Self.expression).joined(separator: ", ")
    let statement = try database.statement(
      "SELECT user_name, \(values) FROM users ORDER BY name_key")
    var row = RowImage()
    var canonical: [UInt8] = []
    try statement.forEachRow {
      statement.read(into: &row)
      for field in Self.fields.indices {
        guard let value = row.slice(1 + field) else { continue }
        canonical.removeAll(keepingCapacity: true)
        guard CanonicalText.append(value, to: &canonical) else { continue }
        var hasher = Hasher()
        unsafe canonical.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        body(field, canonical, hasher.finalize()) { row.text(0) ?? "" }
      }
    }
  }

  private static func expression(_ field: TenantField) -> String {
    guard let profileField = ProfileField.allCases.first(where: { $0.tenantField == field }) else {
      return UserColumns.windowsLogin
    }
    let columns = Profile.precedence.map { UserColumns.column(profileField, in: $0) }
    return "coalesce(\(columns.joined(separator: ", ")))"
  }
}
