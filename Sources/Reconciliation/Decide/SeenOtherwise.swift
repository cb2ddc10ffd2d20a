internal import TenantCore

/// What became of linked directory users since they were last seen.
struct SeenOtherwise {
  private let join: Join
  private let anchors: Anchors
  /// The linked rows of which anything is another than their links remember, in order.
  private let rows: [(row: Int, name: Bool, place: Bool)]

  /// Looks at all linked rows.
  ///
  /// - Throws: `CancellationError`.
  init(_ anchors: Anchors, in join: Join) async throws {
    self.join = join
    self.anchors = anchors
    guard !anchors.links.isEmpty else {
      rows = []
      return
    }
    let domains = join.rows.domains.map { Array($0.utf8) }
    // As they were read, so that the directory's values are met in the order of their memory.
    let read = join.rows.rowsAsRead
    let partitions = join.input.partitions
    let parts = partitions.ranges(of: read.count)
    let found = try await partitions.map(parts.indices) { part in
      read[parts[part]].compactMap { row -> (row: Int, name: Bool, place: Bool)? in
        guard row >= 0, let link = anchors.link(Int(row)) else { return nil }
        let place = join.rows.places[Int(row)]
        let isName = anchors.links.wasSeen(
          link, domain: domains[join.rows.directory(place)], login: join.rows.loginBytes(place))
        let parent = DistinguishedName.parent(of: join.rows.distinguishedName(place))
        let isPlace = anchors.links.parent(of: link) ?? [] == parent ?? []
        return isName && isPlace ? nil : (Int(row), !isName, !isPlace)
      }
    }
    rows = found.joined().sorted { $0.row < $1.row }
  }

  /// Notes for linked directory users whose login or domain is another than when last seen.
  var renamed: [Finding] {
    rows.compactMap { row, isName, _ in
      guard isName, let link = anchors.link(row) else { return nil }
      let place = join.rows.places[row]
      let (domain, login) = (join.rows.domain(place), join.rows.login(place))
      let old = anchors.links[link]
      guard !login.isEmpty, (domain, login) != (old.domain, old.login) else { return nil }
      return Finding(
        .renamed, subject: "\(domain)\\\(login)",
        message: "the directory user was \(old.domain)\\\(old.login); its link follows")
    }
  }

  /// Notes for linked directory users that lie elsewhere in their directory than when last seen.
  var moved: [Finding] {
    rows.compactMap { row, _, isPlace in
      guard isPlace, anchors.linkedUser(row) != nil, let link = anchors.link(row),
        anchors.links.parent(of: link) != nil
      else { return nil }
      let place = join.rows.places[row]
      return Finding(
        .moved, subject: join.rows.qualifiedLogin(place),
        message: "the directory user was moved; it is now "
          + String(decoding: join.rows.distinguishedName(place), as: UTF8.self))
    }
  }

  /// The linked rows whose links remember another name or place, or none.
  var sightings: [Int] { rows.map(\.row).filter { anchors.linkedUser($0) != nil } }
}
