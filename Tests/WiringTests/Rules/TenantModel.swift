import PluginContract
import TenantCore

/// What the rules say of a tenant with one directory, `ACME`, and the tiers `login` and `smtp`: a
/// second opinion, as short as the rules themselves and with none of the product's code but the
/// folding of M5.
struct TenantModel {
  /// A directory user.
  struct Person: Equatable {
    var guid: Int
    var login: String
    var values: [ProfileField: String] = [:]
  }

  /// A tenant user; blank values are absent.
  struct User: Equatable {
    var isActive = true
    var windowsLogin: String?
    var isLocked = false
    var acd: [ProfileField: String] = [:]
    var recording: [ProfileField: String] = [:]
    var override: [ProfileField: String] = [:]
    /// What the users file says of the Windows login; of no account where users are in the store.
    var fileLogin: String?
    /// False for one that the users file no longer has.
    var isThere = true

    /// S1: per field, the first profile that is not blank.
    func effective(_ field: ProfileField) -> String? {
      override[field] ?? recording[field] ?? acd[field]
    }

    /// What matchers compare, as they compare it.
    var compared: [String?] {
      ([windowsLogin] + ProfileField.allCases.map { effective($0) }).map(TenantModel.folded)
    }
  }

  struct Pair: Hashable {
    var guid: Int
    var user: String
  }

  /// U2: how long an unlinked user is held.
  enum Hold: Equatable {
    /// While its compared values are these.
    case unchanged([String?])
    /// The users file has it no more: while they are what the next run finds.
    case untilSeen
  }

  let readsUsersFile: Bool
  let clearsBlanks: Bool
  var users: [String: User] = [:]
  var links: [Int: String] = [:]
  var releases: Set<Pair> = []
  var holds: [String: Hold] = [:]
  /// The rows of the last run.
  var rows: [Int: Person] = [:]
  /// The links that the last run found to be of deleted directory users.
  var deletedLinks: Set<Pair> = []
  /// Who was linked before the last run and after it: no candidate of any of its rows.
  var takenInLastRun: Set<String> = []
  /// For each directory user that is or was linked, the login that the link remembers (M15).
  var lastLogins: [Int: String] = [:]

  fileprivate static func folded(_ text: String?) -> String? {
    let folded = CanonicalText.of(text ?? "")
    return folded.isEmpty ? nil : folded
  }

  private static func isBlank(_ text: String?) -> Bool {
    (text ?? "").allSatisfy { $0 == " " }
  }

  private func guid(linkedTo user: String) -> Int? { links.first { $0.value == user }?.key }

  // MARK: - A run

  /// What a run does; the result says whether it changes a user or a link.
  mutating func run(_ people: [Person]) -> Bool {
    let before = (users, links)
    noteHolds()
    let present = Dictionary(people.map { ($0.guid, $0) }) { $1 }
    deletedLinks = []
    var recreated: Set<String> = []
    for (guid, user) in links where present[guid] == nil && users[user]?.isThere == true {
      deletedLinks.insert(Pair(guid: guid, user: user))
      if let login = Self.folded(lastLogins[guid]) { recreated.insert(login) }
    }
    // M7, M15: the links first; a login that a deleted link had is nobody's.
    let open = people.filter {
      links[$0.guid] == nil && !recreated.contains(Self.folded($0.login) ?? "")
    }
    links.merge(match(open)) { $1 }
    let pairs = links.filter { present[$0.key] != nil && users[$0.value]?.isThere == true }
    update(pairs.compactMap { guid, user in present[guid].map { ($0, user) } })
    for person in people where links[person.guid] != nil { lastLogins[person.guid] = person.login }
    rows = present
    takenInLastRun = Set(before.1.values).intersection(links.values)
    return before.0 != users || before.1 != links
  }

  /// U2: a hold ends with the first run that finds other values.
  private mutating func noteHolds() {
    for (name, hold) in holds {
      guard let user = users[name], user.isThere else { continue }
      switch hold {
      case .untilSeen: holds[name] = .unchanged(user.compared)
      case .unchanged(let values): if values != user.compared { holds[name] = nil }
      }
    }
  }

  /// M8 to M11: the new links, tier by tier, each over the whole set.
  private func match(_ people: [Person]) -> [Int: String] {
    var open = people
    var found: [Int: String] = [:]
    for tier in [loginTier, mailTier] {
      var free: [Int: Set<String>] = [:]
      var ended: Set<Int> = []
      for person in open {
        let fitting = tier(person).filter { user in
          let isReleased = releases.contains(Pair(guid: person.guid, user: user))
          return isReleased || users[user]?.isActive == true
        }
        if fitting.isEmpty { continue }
        ended.insert(person.guid)
        free[person.guid] = fitting.filter { user in
          guid(linkedTo: user) == nil && !found.values.contains(user) && holds[user] == nil
            && !releases.contains(Pair(guid: person.guid, user: user))
        }
      }
      for (guid, users) in free where users.count == 1 {
        let rivals = free.filter { $0.key != guid && !$0.value.isDisjoint(with: users) }
        if rivals.isEmpty { found[guid] = users.first }
      }
      open.removeAll { ended.contains($0.guid) }
    }
    return found
  }

  private func loginTier(_ person: Person) -> Set<String> {
    fitting { user in
      let login = Self.folded(user.windowsLogin)
      return login.map { $0.split(separator: "\\").last.map(String.init) ?? $0 }
    } value: {
      Self.folded(person.login)
    }
  }

  private func mailTier(_ person: Person) -> Set<String> {
    fitting {
      Self.folded($0.effective(.email))
    } value: {
      Self.folded(person.values[.email])
    }
  }

  private func fitting(_ key: (User) -> String?, value: () -> String?) -> Set<String> {
    guard let value = value() else { return [] }
    return Set(users.filter { $0.value.isThere && key($0.value) == value }.keys)
  }

  // MARK: - What linked users take (S1 to S4)

  private mutating func update(_ pairs: [(Person, String)]) {
    var wanted: [String: User] = users
    for (person, user) in pairs {
      for field in ProfileField.allCases {
        let new = Self.isBlank(person.values[field]) ? nil : person.values[field]
        if new != nil || clearsBlanks { wanted[user]?.recording[field] = new }
      }
      wanted[user]?.windowsLogin = "ACME\\\(person.login)"
      wanted[user]?.isLocked = true
    }
    for field in ProfileField.allCases where field == .email || field == .employeeId {
      let refused = refused(wanted) { $0.effective(field) }
      for user in refused { wanted[user]?.recording[field] = users[user]?.recording[field] }
    }
    for user in refused(wanted, value: \.windowsLogin) {
      wanted[user]?.windowsLogin = users[user]?.windowsLogin
    }
    users = wanted
  }

  /// S4: who would newly hold a value that another holds after the run.
  private func refused(_ wanted: [String: User], value: (User) -> String?) -> Set<String> {
    let isThere = users.filter(\.value.isThere)
    let old = isThere.mapValues { Self.folded(value($0)) }
    let new = isThere.keys.reduce(into: [String: String]()) { values, user in
      values[user] = wanted[user].flatMap { Self.folded(value($0)) }
    }
    var refused: Set<String> = []
    while true {
      let after = isThere.keys.reduce(into: [String: String]()) { values, user in
        values[user] = refused.contains(user) ? old[user] ?? nil : new[user]
      }
      let more = isThere.keys.filter { user in
        guard !refused.contains(user), let taken = new[user], taken != old[user] ?? nil else {
          return false
        }
        return after.contains { $0.key != user && $0.value == taken }
      }
      if more.isEmpty { return refused }
      refused.formUnion(more)
    }
  }

  // MARK: - By hand (U1 to U5)

  /// False if it is refused.
  mutating func link(_ guid: Int, to user: String) -> Bool {
    guard let person = rows[guid], links[guid] == nil, users[user]?.isThere == true else {
      return false
    }
    if let other = self.guid(linkedTo: user) {
      guard deletedLinks.contains(Pair(guid: other, user: user)) else { return false }
      links[other] = nil
    }
    join(guid, user, person)
    return true
  }

  mutating func unlink(_ user: String) -> Bool {
    guard let guid = guid(linkedTo: user), var freed = users[user] else { return false }
    links[guid] = nil
    releases.insert(Pair(guid: guid, user: user))
    freed.isLocked = false
    // U1 keeps the store's values; a users file holds the login of a user that no link locks.
    if readsUsersFile { freed.windowsLogin = freed.fileLogin }
    holds[user] = freed.isThere ? .unchanged(freed.compared) : .untilSeen
    users[user] = freed
    return true
  }

  mutating func relink(_ user: String) -> Bool {
    let pairs = releases.filter { $0.user == user }
    guard let pair = pairs.first, pairs.count == 1, users[user]?.isThere == true,
      guid(linkedTo: user) == nil, links[pair.guid] == nil
    else { return false }
    join(pair.guid, user, rows[pair.guid])
    return true
  }

  private mutating func join(_ guid: Int, _ user: String, _ person: Person?) {
    links[guid] = user
    releases.remove(Pair(guid: guid, user: user))
    holds[user] = nil
    users[user]?.isLocked = true
    if let person {
      lastLogins[guid] = person.login
      update([(person, user)])
    }
  }

  // MARK: - Users

  /// An edit by hand; false if it is refused.
  mutating func edit(_ name: String, _ edit: UserEdit) -> Bool {
    guard let user = users[name] else { return false }
    var edited = user
    if let login = edit.windowsLogin { edited.windowsLogin = Self.isBlank(login) ? nil : login }
    for (field, value) in edit.fields {
      edited.override[field] = Self.isBlank(value) ? nil : value
    }
    edited.isActive = edit.isActive ?? user.isActive
    guard !user.isLocked || edited.windowsLogin == user.windowsLogin else { return false }
    func isTaken(_ new: String?, _ old: String?, _ value: (User) -> String?) -> Bool {
      guard let new, new != old else { return false }
      return users.contains {
        $0.key != name && Self.folded(value($0.value)) == Self.folded(new)
      }
    }
    if isTaken(edited.windowsLogin, user.windowsLogin, \.windowsLogin) { return false }
    for field in [ProfileField.email, .employeeId]
    where isTaken(edited.override[field], user.override[field], { $0.effective(field) }) {
      return false
    }
    users[name] = edited
    return true
  }

  /// A users file, imported or read at the next run: the `acd` profile, whether the user is active,
  /// and the Windows login unless a link locks it.
  mutating func take(_ file: [String: User]) {
    for (name, row) in file {
      var user = users[name] ?? User()
      user.acd = row.acd
      user.isActive = row.isActive
      user.fileLogin = row.windowsLogin
      user.isThere = true
      if !user.isLocked { user.windowsLogin = row.windowsLogin }
      users[name] = user
    }
    guard readsUsersFile else { return }
    for name in users.keys where file[name] == nil { users[name]?.isThere = false }
  }
}
