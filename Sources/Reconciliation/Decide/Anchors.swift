internal import PluginContract
internal import TenantCore

/// Stored links, resolved by GUID before any matcher is asked (M7).
struct Anchors: Sendable {
  private let join: Join
  /// For each linked row, the user's number.
  private(set) var linkedUsers: [Int: Int] = [:]
  /// For each row whose link leads to a user that is gone, the link.
  private(set) var rowsWithoutUser: [Int: Link] = [:]
  /// Links without a row, or without a user, in the order of their GUIDs.
  private(set) var vanished: [VanishedLink] = []
  /// For each linked user, the link's index.
  private var linksByUser: [Int: Int32] = [:]
  /// Links of deleted directory users, by folded `domain\login` (M15).
  private(set) var deletedByLogin: [String: Link] = [:]
  private var linksByRow: [Int: Link] = [:]
  private var usersByID: [Int64: Int] = [:]
  /// For each held user, the latest unlink that holds it (U2).
  private var holds: [Int: Release] = [:]
  /// Releases whose hold ended, or whose values were noted, as they are to be stored.
  private(set) var changedReleases: [Release] = []

  init(_ join: Join) {
    self.join = join
    let (input, rows) = (join.input, join.rows)
    guard !input.links.isEmpty || !input.releases.isEmpty else { return }
    usersByID = Dictionary(
      (0..<input.users.count).lazy.map { (input.users.id(of: $0), $0) }.filter { $0.0 != 0 },
      uniquingKeysWith: { first, _ in first })
    var rowsByGUID: [ObjectGUID: Int] = [:]
    rowsByGUID.reserveCapacity(rows.places.count)
    for (row, place) in rows.places.enumerated() {
      if let guid = rows.guid(place) { rowsByGUID[guid] = row }
    }
    for (index, link) in input.links.enumerated() {
      resolve(link, Int32(index), row: rowsByGUID[link.guid], input.presence[link.guid])
    }
    vanished.sort { $0.link.guid < $1.link.guid }
    for release in input.releases {
      if let user = usersByID[release.userID] { judge(release, of: user, in: input.users) }
    }
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

  private mutating func resolve(_ link: Link, _ index: Int32, row: Int?, _ presence: Presence?) {
    let user = usersByID[link.userID]
    if let user { linksByUser[user] = index }
    if let row {
      linksByRow[row] = link
      if let user { linkedUsers[row] = user } else { rowsWithoutUser[row] = link }
    }
    if user == nil {
      vanished.append(VanishedLink(link: link, state: .userMissing))
    } else if row == nil {
      let isDeleted = (presence ?? .deleted) == .deleted
      vanished.append(
        VanishedLink(link: link, state: isDeleted ? .sourceDeleted : .sourceOutOfScope))
      if isDeleted { deletedByLogin[Self.key(domain: link.domain, login: link.login)] = link }
    }
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
      if let user = usersByID[release.userID] { releases[release.guid, default: []].insert(user) }
    }
    return Availability(
      isActive: join.users.batches.flatMap(\.isActive), linked: linksByUser, releases: releases,
      holds: holds)
  }

  /// Notes for linked directory users whose login or domain is another than when last seen.
  var renamed: [Finding] {
    linksByRow.keys.sorted().compactMap { row in
      guard let link = linksByRow[row] else { return nil }
      let place = join.rows.places[row]
      let (domain, login) = (join.rows.domain(place), join.rows.login(place))
      guard !login.isEmpty, (domain, login) != (link.domain, link.login) else { return nil }
      return Finding(
        .renamed, subject: "\(domain)\\\(login)",
        message: "the directory user was \(link.domain)\\\(link.login); its link follows")
    }
  }

  /// Notes for linked directory users that lie elsewhere in their directory than when last seen.
  var moved: [Finding] {
    linkedUsers.keys.filter(isMoved).sorted().map { row in
      let place = join.rows.places[row]
      return Finding(
        .moved, subject: join.rows.qualifiedLogin(place),
        message: "the directory user was moved; it is now "
          + String(decoding: join.rows.distinguishedName(place), as: UTF8.self))
    }
  }

  private func isMoved(_ row: Int) -> Bool {
    guard let last = linksByRow[row]?.parent else { return false }
    let name = join.rows.distinguishedName(join.rows.places[row])
    return DistinguishedName.parent(of: name) ?? [] != last[...]
  }

  private static func key(domain: String, login: String) -> String {
    CanonicalText.of(domain) + "\\" + CanonicalText.of(login)
  }
}
