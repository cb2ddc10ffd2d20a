internal import Administration
internal import Authorization
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// The review's table as an index knows it: which number stands for what.
struct ReviewTable: Sendable {
  /// The places of the fields.
  private enum Field: Int, CaseIterable { case login, mail, name, userName }

  /// The categories: the states in their order, then these, then the domains.
  private enum Category {
    static let matched = RowState.allCases.count
    static let notMatched = matched + 1
    static let firstAccount = matched + 2
    static let firstDomain = firstAccount + AccountFilter.allCases.count
  }

  /// A group of ``TableQuery/required``: rows that are matched.
  static let matched = [Category.matched]

  /// The domains, folded, in the order in which rows are sorted.
  private let domains: [String]

  init(_ tenant: Tenant) {
    domains = Set(tenant.directories.map { CanonicalText.of($0.domain) }).sorted()
  }

  /// Reads the whole snapshot once.
  func index(of session: TenantSession) async throws -> TableIndex {
    let builder = Mutex(
      TableIndexBuilder(
        fieldCount: Field.allCases.count,
        // One more for the rows of a domain that is no longer configured.
        categoryCount: Category.firstDomain + domains.count + 1))
    try await session.forEachReviewRows { rows in
      builder.withLock { add(rows, to: &$0) }
    }
    return try builder.withLock { try $0.build() }
  }

  private func add(_ rows: ReviewRows, to builder: inout TableIndexBuilder) {
    var last = (domain: "", category: Category.firstDomain + domains.count)
    for row in rows.states.indices {
      builder.append(canonical: rows.login.first(of: row) ?? [])
      builder.append(folding: rows.mail.first(of: row) ?? [])
      builder.append(folding: rows.name.first(of: row) ?? [])
      builder.append(folding: rows.userName.first(of: row) ?? [])
      let state = rows.states[row]
      if rows.domains[row] != last.domain {
        last = (rows.domains[row], category(ofDomain: rows.domains[row]))
      }
      builder.endRow(
        key: rows.keys.first(of: row) ?? [],
        categories: [
          Self.category(of: state),
          state.status == .matched ? Category.matched : Category.notMatched,
          last.category,
        ] + Self.accountCategories[Int(rows.flags[row].rawValue)])
    }
  }

  /// What an index is asked for.
  func query(_ query: ReviewQuery) -> TableQuery {
    var table = TableQuery()
    switch query.filter {
    case "matched": table.required.append([Category.matched])
    case "not-matched": table.required.append([Category.notMatched])
    case let name:
      if let state = RowState(rawValue: name) { table.required.append([Self.category(of: state)]) }
    }
    if !query.states.isEmpty { table.required.append(query.states.map(Self.category)) }
    if let domain = query.domain { table.required.append([category(ofDomain: domain)]) }
    if let account = query.account { table.required.append([Self.category(of: account)]) }
    table.search = query.search
    table.sort = sort(query.sort)
    table.isDescending = query.isDescending
    table.offset = query.page.offset
    table.limit = query.page.size
    return table
  }

  private func sort(_ sort: ReviewQuery.Sort?) -> TableQuery.Sort? {
    switch sort {
    case nil: nil
    case .login: .field(Field.login.rawValue)
    case .smtp: .field(Field.mail.rawValue)
    case .name: .field(Field.name.rawValue)
    case .user: .field(Field.userName.rawValue)
    case .domain:
      .categories(Array(Category.firstDomain..<Category.firstDomain + domains.count))
    case .status: .categories([Category.matched])
    case .state: .categories(Array(RowState.allCases.indices))
    }
  }

  private static func category(of state: RowState) -> Int {
    RowState.allCases.firstIndex(of: state) ?? 0
  }

  private static func category(of account: AccountFilter) -> Int {
    Category.firstAccount + (AccountFilter.allCases.firstIndex(of: account) ?? 0)
  }

  /// For each value of the flags' bits, so that a million rows need no million arrays.
  private static let accountCategories = (UInt8.min...UInt8.max).map { bits in
    AccountFilter.allCases.filter { $0.includes(AccountFlags(rawValue: bits)) }
      .map { Self.category(of: $0) }
  }

  private func category(ofDomain domain: String) -> Int {
    Category.firstDomain
      + (domains.firstIndex(of: CanonicalText.of(domain)) ?? domains.count)
  }
}
