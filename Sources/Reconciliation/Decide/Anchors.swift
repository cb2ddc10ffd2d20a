internal import PluginContract
internal import TenantCore

/// Stored links, resolved by GUID before any matcher is asked (M7).
///
/// Links, rows and users are numbers; each array below has an element for every row or user, -1 where
/// there is none, and is empty where nobody is linked.
struct Anchors: Sendable {
  private let join: Join
  let links: LinkTable
  /// For each row, the link of its GUID.
  private var linksByRow: [Int32] = []
  /// For each row whose link leads to a user, the user.
  private var usersByRow: [Int32] = []
  /// For each user, the link.
  private var linksByUser: [Int32] = []
  /// Links without a row, or without a user, in the order of their GUIDs.
  private(set) var vanished: [VanishedLink] = []
  /// Links of deleted directory users, by folded `domain\login` (M15).
  private(set) var deletedByLogin: [String: Link] = [:]
  private let users: UserNumbers
  /// For each held user, the latest unlink that holds it (U2).
  private var holds: [Int: Release] = [:]
  /// Releases whose hold ended, or whose values were noted, as they are to be stored.
  private(set) var changedReleases: [Release] = []

  init(_ join: Join) {
    self.join = join
    let input = join.input
    links = input.links
    guard !input.links.isEmpty || !input.releases.isEmpty else {
      users = UserNumbers()
      return
    }
    users = UserNumbers(input.users)
    if !input.links.isEmpty { resolveLinks(input) }
    for release in input.releases {
      if let user = users[release.userID] { judge(release, of: user, in: input.users) }
    }
  }

  private mutating func resolveLinks(_ input: PlannerInput) {
    linksByUser = [Int32](repeating: -1, count: input.users.count)
    linksByRow = [Int32](repeating: -1, count: join.rows.places.count)
    usersByRow = linksByRow
    var hasRow = [Bool](repeating: false, count: links.count)
    let index = LinkIndex(links)
    for (row, place) in join.rows.places.enumerated() {
      guard let guid = join.rows.guid(place), let link = index.link(of: guid) else { continue }
      linksByRow[row] = Int32(link)
      hasRow[link] = true
      if let user = users[links.userID(of: link)] { usersByRow[row] = Int32(user) }
    }
    for link in 0..<links.count {
      if let user = users[links.userID(of: link)] {
        linksByUser[user] = Int32(link)
        if !hasRow[link] { vanish(link, input.presence[links.guid(of: link)]) }
      } else {
        vanished.append(VanishedLink(link: links[link], state: .userMissing))
      }
    }
    vanished.sort { $0.link.guid < $1.link.guid }
    for vanished in vanished where vanished.state == .sourceDeleted {
      let link = vanished.link
      deletedByLogin[Self.key(domain: link.domain, login: link.login)] = link
    }
  }

  private mutating func vanish(_ link: Int, _ presence: Presence?) {
    let isDeleted = (presence ?? .deleted) == .deleted
    vanished.append(
      VanishedLink(link: links[link], state: isDeleted ? .sourceDeleted : .sourceOutOfScope))
  }

  /// Notes whether a release holds its user, and what the store is to remember of that.
  private mutating func judge(_ release: Release, of user: Int, in users: TenantUsers) {
    guard release.hold != .ended else { return }
    let values = ComparedValues(of: user, in: users)
    guard release.holds(values) else {
      var ended = release
      ended.hold = .ended
      return changedReleases.append(ended)
    }
    if release.hold == .untilSeen {
      var noted = release
      noted.hold = .unchanged(values)
      changedReleases.append(noted)
    }
    if holds[user].map({ $0.releasedAt <= release.releasedAt }) ?? true { holds[user] = release }
  }

  /// A row's link; nil if it has none.
  func link(_ row: Int) -> Int? { Self.number(row, in: linksByRow) }

  /// The user to whom a row's link leads; nil if there is no link, or no such user.
  func linkedUser(_ row: Int) -> Int? { Self.number(row, in: usersByRow) }

  /// A row's link that leads to a user who is gone.
  func linkWithoutUser(_ row: Int) -> Link? {
    guard linkedUser(row) == nil else { return nil }
    return link(row).map { links[$0] }
  }

  /// The link of a deleted account that had a row's login (M15).
  func recreated(_ place: DirectoryRows.Place) -> Link? {
    guard !deletedByLogin.isEmpty else { return nil }
    return deletedByLogin[
      Self.key(domain: join.rows.domain(place), login: join.rows.login(place))]
  }

  /// Who can still be linked: linked users cannot, and released pairs cannot.
  var availability: Availability {
    var releases: [ObjectGUID: Set<Int>] = [:]
    for release in join.input.releases {
      if let user = users[release.userID] { releases[release.guid, default: []].insert(user) }
    }
    return Availability(
      isActive: join.users.batches.flatMap(\.isActive), linked: linksByUser, releases: releases,
      holds: holds)
  }

  private static func number(_ index: Int, in numbers: [Int32]) -> Int? {
    guard !numbers.isEmpty, numbers[index] >= 0 else { return nil }
    return Int(numbers[index])
  }

  private static func key(domain: String, login: String) -> String {
    CanonicalText.of(domain) + "\\" + CanonicalText.of(login)
  }
}

/// The numbers of users by their ids, which are small where a store gave them one after the other.
private struct UserNumbers: Sendable {
  private var small: [Int32] = []
  private var large: [Int64: Int32] = [:]

  /// Nobody.
  init() {}

  /// All users that have an id.
  init(_ users: TenantUsers) {
    small = [Int32](repeating: -1, count: 4096 + users.count * 4)
    for user in (0..<users.count).reversed() {
      let id = users.id(of: user)
      guard id != 0 else { continue }
      if small.indices.contains(Int(id)) {
        small[Int(id)] = Int32(user)
      } else {
        large[id] = Int32(user)
      }
    }
  }

  subscript(id: Int64) -> Int? {
    if id >= 0, id < small.count { return small[Int(id)] < 0 ? nil : Int(small[Int(id)]) }
    return large[id].map { Int($0) }
  }
}
