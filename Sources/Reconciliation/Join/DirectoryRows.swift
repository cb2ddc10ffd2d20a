internal import PluginContract
internal import TenantCore

/// The directory side of the join: each directory user once (M15), in the order of R4.
struct DirectoryRows: Sendable {
  /// Where a record is.
  struct Place: Sendable, Equatable {
    var batch: Int32
    var record: Int32
  }

  let batches: [DirectoryUserBatch]
  let domains: [String]
  /// One for each row, in the order of R4: folded domain, folded login, GUID.
  private(set) var places: [Place] = []
  private(set) var findings: [Finding] = []

  /// Takes what was read.
  ///
  /// - Parameter domains: the domain of each directory, by index.
  init(_ batches: [DirectoryUserBatch], domains: [String]) {
    self.batches = batches
    self.domains = domains
    var seen: [ObjectGUID: Place] = [:]
    seen.reserveCapacity(batches.reduce(0) { $0 + $1.count })
    var withoutGUID: [Place] = []
    var namesWithoutGUID: Set<ArraySlice<UInt8>> = []
    var duplicates: [ObjectGUID: Int] = [:]
    for (index, batch) in batches.enumerated() {
      for record in 0..<batch.count {
        let place = Place(batch: Int32(index), record: Int32(record))
        guard let guid = batch.anchors[record] else {
          if namesWithoutGUID.insert(distinguishedName(place)).inserted {
            withoutGUID.append(place)
          }
          continue
        }
        guard let other = seen[guid] else {
          seen[guid] = place
          continue
        }
        duplicates[guid, default: 1] += 1
        if isNewer(place, than: other) { seen[guid] = place }
      }
    }
    places = sorted(seen.values + withoutGUID)
    findings = duplicates.keys.sorted().compactMap { guid in
      seen[guid].map { duplicateFinding(guid, count: duplicates[guid] ?? 2, kept: $0) }
    }
  }

  /// M15: the highest `uSNChanged`, else the latest `whenChanged`, else the smallest DN.
  private func isNewer(_ left: Place, than right: Place) -> Bool {
    let (first, second) = (batches[Int(left.batch)], batches[Int(right.batch)])
    let (i, j) = (Int(left.record), Int(right.record))
    if first.changeNumbers[i] != second.changeNumbers[j] {
      return first.changeNumbers[i] > second.changeNumbers[j]
    }
    if first.changedAt[i] != second.changedAt[j] { return first.changedAt[i] > second.changedAt[j] }
    return distinguishedName(left).lexicographicallyPrecedes(distinguishedName(right))
  }

  private func duplicateFinding(_ guid: ObjectGUID, count: Int, kept: Place) -> Finding {
    let name = String(decoding: distinguishedName(kept), as: UTF8.self)
    return Finding(
      .duplicateGUID, subject: qualifiedLogin(kept),
      message: "objectGUID \(guid) was read \(count) times; the newest record counts: \(name)")
  }

  // MARK: - One record

  func batch(_ place: Place) -> DirectoryUserBatch { batches[Int(place.batch)] }

  func guid(_ place: Place) -> ObjectGUID? {
    batches[Int(place.batch)].anchors[Int(place.record)]
  }

  func distinguishedName(_ place: Place) -> ArraySlice<UInt8> {
    bytes(DirectoryAttribute.distinguishedName, place) ?? []
  }

  /// A value as read.
  func bytes(_ attribute: String, _ place: Place) -> ArraySlice<UInt8>? {
    column(attribute, place).flatMap {
      batches[Int(place.batch)].records.columns[$0].raw.first(of: Int(place.record))
    }
  }

  /// The position of a column: looked up in place, because a copy of a column costs more than the
  /// value.
  private func column(_ attribute: String, _ place: Place) -> Int? {
    let columns = batches[Int(place.batch)].records.columns
    return columns.indices.first { columns[$0].name == attribute }
  }

  /// A value as read, as text; nil if blank.
  func text(_ attribute: String, _ place: Place) -> String? {
    bytes(attribute, place).map { String(decoding: $0, as: UTF8.self) }
  }

  func domain(_ place: Place) -> String { domains[batches[Int(place.batch)].directory] }

  func login(_ place: Place) -> String { text(DirectoryAttribute.login, place) ?? "" }

  /// The row as `DOMAIN\login`, or its DN if it has no login.
  func qualifiedLogin(_ place: Place) -> String {
    let login = login(place)
    guard !login.isEmpty else { return String(decoding: distinguishedName(place), as: UTF8.self) }
    return "\(domain(place))\\\(login)"
  }

  // MARK: - Order

  private struct SortKey {
    var domain: Int32
    /// The first eight bytes of the folded login: most comparisons end here.
    var prefix: UInt64
    var place: Place
  }

  private func sorted(_ places: [Place]) -> [Place] {
    let folded = domains.map(CanonicalText.of)
    let order = Set(folded).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let ranks = folded.map { domain in Int32(order.firstIndex(of: domain) ?? 0) }
    var keys = places.map { place in
      SortKey(
        domain: ranks[batch(place).directory], prefix: prefix(foldedLogin(place)), place: place)
    }
    keys.sort { left, right in
      if left.domain != right.domain { return left.domain < right.domain }
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return precedesWithSamePrefix(left.place, right.place)
    }
    return keys.map(\.place)
  }

  private func foldedLogin(_ place: Place) -> ArraySlice<UInt8> {
    column(DirectoryAttribute.login, place).flatMap {
      batches[Int(place.batch)].records.columns[$0].canonical.first(of: Int(place.record))
    } ?? []
  }

  private func prefix(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<8 {
      let position = bytes.startIndex + index
      value = value << 8 | (position < bytes.endIndex ? UInt64(bytes[position]) : 0)
    }
    return value
  }

  private func precedesWithSamePrefix(_ left: Place, _ right: Place) -> Bool {
    let (first, second) = (foldedLogin(left), foldedLogin(right))
    if first != second { return first.lexicographicallyPrecedes(second) }
    switch (guid(left), guid(right)) {
    case (let one?, let other?): return one < other
    case (nil, _?): return true
    case (_?, nil): return false
    case (nil, nil):
      let (one, other) = (distinguishedName(left), distinguishedName(right))
      if one != other { return one.lexicographicallyPrecedes(other) }
      return (left.batch, left.record) < (right.batch, right.record)
    }
  }
}
