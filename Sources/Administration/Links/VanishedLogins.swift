internal import PluginContract
internal import TenantCore

/// The links of directory users that have no row any more, by the logins that somebody typed.
struct VanishedLogins: Sendable {
  private var links: [String: [Link]] = [:]

  /// None.
  init() {}

  /// Goes through all links once, and looks up the rows of those whose logins are typed.
  ///
  /// - Parameter logins: as they were typed.
  init(_ logins: [String], _ state: inout LinkState) async throws {
    guard !logins.isEmpty else { return }
    var lookUps: [(login: String, lookUps: [LoginName.LookUp])] = []
    var wanted: [String: [Link]] = [:]
    for login in Set(logins) {
      guard let name = LoginName(login) else { continue }
      let found = name.lookUps(in: state.tenant.directories)
      lookUps.append((login, found))
      for key in found.compactMap(\.loginKey) { wanted[key] = [] }
    }
    let table = try await state.store.linkTable()
    for link in 0..<table.count {
      let key = CanonicalText.of(String(decoding: table.login(of: link), as: UTF8.self))
      if wanted[key] != nil { wanted[key]?.append(table[link]) }
    }
    try await state.lookUp(rows: wanted.values.joined().map { .guid($0.guid) })
    for (login, found) in lookUps {
      for lookUp in found {
        let fitting = (lookUp.loginKey.flatMap { wanted[$0] } ?? []).filter {
          lookUp.fits(domain: $0.domain, login: $0.login) && state.row(of: $0.guid) == nil
        }
        guard !fitting.isEmpty else { continue }
        links[login] = fitting.sorted { $0.guid < $1.guid }
        break
      }
    }
  }

  /// The links that a typed login means.
  ///
  /// - Parameter entry: the row that the login means as well. A principal's name that is a row's means
  ///   nobody else.
  func links(of login: String, beside entry: SnapshotEntry?) -> [Link] {
    if entry != nil, case .suffix? = LoginName(login)?.qualifier { return [] }
    return links[login] ?? []
  }
}

extension LoginName.LookUp {
  /// The folded login that is looked for; nil for a principal's name.
  fileprivate var loginKey: String? {
    if case .login(let login, _) = self { CanonicalText.of(login) } else { nil }
  }
}
