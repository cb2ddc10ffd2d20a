internal import Administration
internal import Authorization
internal import TenantCore

/// The table from which somebody came to a row: its filter, its order, and where the row stood.
struct RowTrail: Sendable {
  let query: ReviewQuery
  /// How many rows stood before it; nil if the row was not come to from a table.
  let place: Int?

  /// Reads what ``fields(at:)`` writes.
  init(_ fields: FormFields, domains: [String]) throws {
    place = try fields.number("at", in: 0...2_000_000_000)
    query = try ReviewQuery(fields, domains: domains)
  }

  init(_ query: ReviewQuery) {
    self.query = query
    place = nil
  }

  /// The query of a row's page, for the row at a place of the table.
  func fields(at place: Int) -> [(name: String, value: String?)] {
    var query = query
    query.page.number = 1
    return query.fields + [("at", "\(place)")]
  }

  /// The query of the table's page on which a place is.
  func tableFields(at place: Int) -> [(name: String, value: String?)] {
    var query = query
    query.page.number = place / query.page.size + 1
    return query.fields
  }
}

/// The ways from a row's page on.
struct RowTrailLinks: Sendable {
  /// `row 3 of 21`.
  let placeText: String?
  let previousHref: String?
  let nextHref: String?
  /// The table, with the row on it.
  let listHref: String

  /// - Parameter neighbours: nil if the row was not come to from a table.
  init(_ trail: RowTrail, _ neighbours: RowNeighbours?, key: RowKey, _ addresses: PageAddresses) {
    func href(_ place: RowNeighbours.Place?) -> String? {
      place.map { addresses.href(ofRow: $0.key, trail.fields(at: $0.place)) }
    }
    previousHref = href(neighbours?.previous)
    nextHref = href(neighbours?.next)
    placeText = neighbours?.place.map { place in
      let count =
        switch neighbours?.total {
        case .exact(let count): " of \(PageWords.count(count))"
        case .moreThan(let count): " of more than \(PageWords.count(count))"
        case nil: ""
        }
      return "Row \(PageWords.count(place + 1))\(count)"
    }
    let place = neighbours?.place ?? trail.place
    listHref =
      place.map {
        addresses.href(PageSection.sync.path, trail.tableFields(at: $0))
          + "#\(RowTrail.anchor(key))"
      }
      ?? addresses.href(PageSection.sync.path)
  }
}

extension RowTrail {
  /// What names a row on the table's page.
  static func anchor(_ key: RowKey) -> String { "r-\(key)" }
}

extension PageAddresses {
  /// The page of a row, with the table from which one comes to it.
  func href(ofRow key: RowKey, _ query: [(name: String, value: String?)]) -> String {
    href("active-directory-sync/rows/\(key)", query)
  }
}
