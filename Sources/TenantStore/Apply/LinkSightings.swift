internal import TenantCore

/// Links remember the name under which their directory users were last seen, and where they lay.
struct LinkSightings {
  private let update: any Statement
  private var codes: LinkCodes

  init(_ database: StoreDatabase) throws {
    codes = LinkCodes(database)
    // What the link's reason says was compared is the login of then.
    update = try database.rowWriter(
      RowSet(
        columns: [("domain", .integer), ("login", .text), ("parent", .integer), ("guid", .blob)],
        sqlite: """
          UPDATE link_rows AS r
          SET domain = ?, login = ?, parent = ?, reason_value = \(LinkSchema.value) WHERE guid = ?
          """,
        postgres: """
          UPDATE link_rows AS r SET domain = rows.domain, login = rows.login,
            parent = rows.parent, reason_value = \(LinkSchema.postgresValue)
          FROM rows WHERE r.guid = rows.guid
          """))
  }

  /// Notes the sightings of a plan.
  mutating func note(_ source: PlanSource) throws {
    var image = RowImage()
    for row in source.plan.sightings.lazy.map({ source.plan.rows[$0] }) {
      guard let guid = source.anchor(of: row) else { continue }
      image.clear()
      image.append(try codes.domain(source.domain(of: row)))
      image.append(nonNull: source.login(of: row))
      image.append(number: try codes.parent(of: source.value(.distinguishedName, of: row)))
      image.append(guid)
      try update.run(image)
    }
  }
}
