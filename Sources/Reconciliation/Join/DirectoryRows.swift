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
  let places: [Place]
  let findings: [Finding]
  private let anchors: DirectoryAnchors?
  private let columns: [ColumnPlaces]

  /// Takes what was read.
  ///
  /// - Parameters:
  ///   - domains: the domain of each directory, by index.
  ///   - anchors: those of the batches.
  /// - Throws: `CancellationError`.
  init(
    _ batches: [DirectoryUserBatch], _ anchors: DirectoryAnchors, domains: [String],
    partitions: Partitions
  ) async throws {
    let columns = batches.map { ColumnPlaces($0.records) }
    let order = RowOrder(batches, domains: domains)
    places = try await order.places(Self.counting(batches, anchors, columns), partitions)
    findings = anchors.duplicates.map { guid, count, kept in
      let name = String(decoding: columns.name(kept, in: batches), as: UTF8.self)
      return Finding(
        .duplicateGUID, subject: columns.qualifiedLogin(kept, in: batches, domains),
        message: "objectGUID \(guid) was read \(count) times; the newest record counts: \(name)")
    }
    (self.batches, self.domains, self.anchors, self.columns) = (batches, domains, anchors, columns)
  }

  /// Takes all records as they come: each counts.
  init(all batches: [DirectoryUserBatch], domains: [String]) {
    (self.batches, self.domains, anchors) = (batches, domains, nil)
    places = batches.enumerated().flatMap { number, batch in
      (0..<Int32(batch.count)).map { Place(batch: Int32(number), record: $0) }
    }
    findings = []
    columns = batches.map { ColumnPlaces($0.records) }
  }

  /// The records that count: each GUID once, and of those without a GUID each name once.
  private static func counting(
    _ batches: [DirectoryUserBatch], _ anchors: DirectoryAnchors, _ columns: [ColumnPlaces]
  ) -> [[Int32]] {
    let superseded = Dictionary(grouping: anchors.superseded, by: \.batch)
      .mapValues { Set($0.map(\.record)) }
    var namesWithoutGUID: Set<ArraySlice<UInt8>> = []
    return batches.indices.map { number in
      let left = superseded[Int32(number)] ?? []
      let anchors = batches[number].anchors
      return (0..<Int32(batches[number].count)).filter { record in
        if anchors[Int(record)] == nil {
          let place = Place(batch: Int32(number), record: record)
          return namesWithoutGUID.insert(columns.name(place, in: batches)).inserted
        }
        return left.isEmpty || !left.contains(record)
      }
    }
  }

  /// The rows in the order in which they were read; -1 for a record that is no row.
  var rowsAsRead: [Int32] {
    var rows = [Int32](repeating: -1, count: batches.count * RecordBatch.maximumCount)
    for (row, place) in places.enumerated() { rows[Int(place.number)] = Int32(row) }
    return rows
  }

  // MARK: - One record

  func batch(_ place: Place) -> DirectoryUserBatch { batches[Int(place.batch)] }

  func directory(_ place: Place) -> Int { batches[Int(place.batch)].directory }

  func guid(_ place: Place) -> ObjectGUID? {
    batches[Int(place.batch)].anchors[Int(place.record)]
  }

  /// The rule that leaves a record out.
  func exclusion(_ place: Place) -> ExclusionRule? {
    batches[Int(place.batch)].exclusions.isEmpty
      ? nil : batches[Int(place.batch)].exclusions[Int(place.record)]
  }

  /// Why a record cannot be used.
  func fault(_ place: Place) -> RecordFault? {
    batches[Int(place.batch)].faults.isEmpty
      ? nil : batches[Int(place.batch)].faults[Int(place.record)]
  }

  /// The record of a GUID; nil if none was read.
  func place(of guid: ObjectGUID) -> Place? { anchors?.place(of: guid, in: batches) }

  func distinguishedName(_ place: Place) -> ArraySlice<UInt8> {
    columns.name(place, in: batches)
  }

  /// A value as read.
  func bytes(_ attribute: String, _ place: Place) -> ArraySlice<UInt8>? {
    let columns = batches[Int(place.batch)].records.columns
    let column = columns.indices.first { columns[$0].name == attribute }
    return column.flatMap { columns[$0].raw.first(of: Int(place.record)) }
  }

  /// The value that feeds a field of a profile, as read.
  func bytes(_ field: ProfileField, _ place: Place) -> ArraySlice<UInt8>? {
    columns.profile(field, place, in: batches)
  }

  /// The login as read.
  func loginBytes(_ place: Place) -> ArraySlice<UInt8> { columns.login(place, in: batches) }

  /// A value as read, as text; nil if blank.
  func text(_ attribute: String, _ place: Place) -> String? {
    bytes(attribute, place).map { String(decoding: $0, as: UTF8.self) }
  }

  func domain(_ place: Place) -> String { domains[directory(place)] }

  func login(_ place: Place) -> String { String(decoding: loginBytes(place), as: UTF8.self) }

  /// The row as `DOMAIN\login`, or its DN if it has no login.
  func qualifiedLogin(_ place: Place) -> String {
    columns.qualifiedLogin(place, in: batches, domains)
  }
}

/// Where a batch has the columns that are asked for of every row: looked up by name once.
private struct ColumnPlaces: Sendable {
  var login: Int?
  var name: Int?
  var profile: [Int?]

  init(_ records: RecordBatch) {
    func place(_ name: String) -> Int? { records.columns.firstIndex { $0.name == name } }
    login = place(DirectoryAttribute.login)
    name = place(DirectoryAttribute.distinguishedName)
    profile = ProfileField.allCases.map { place($0.attribute) }
  }
}

extension [ColumnPlaces] {
  fileprivate func name(
    _ place: DirectoryRows.Place, in batches: [DirectoryUserBatch]
  ) -> ArraySlice<UInt8> {
    value(of: self[Int(place.batch)].name, place, in: batches) ?? []
  }

  fileprivate func login(
    _ place: DirectoryRows.Place, in batches: [DirectoryUserBatch]
  ) -> ArraySlice<UInt8> {
    value(of: self[Int(place.batch)].login, place, in: batches) ?? []
  }

  fileprivate func profile(
    _ field: ProfileField, _ place: DirectoryRows.Place, in batches: [DirectoryUserBatch]
  ) -> ArraySlice<UInt8>? {
    value(of: self[Int(place.batch)].profile[field.position], place, in: batches)
  }

  fileprivate func qualifiedLogin(
    _ place: DirectoryRows.Place, in batches: [DirectoryUserBatch], _ domains: [String]
  ) -> String {
    let login = login(place, in: batches)
    guard !login.isEmpty else { return String(decoding: name(place, in: batches), as: UTF8.self) }
    let domain = domains[batches[Int(place.batch)].directory]
    return "\(domain)\\\(String(decoding: login, as: UTF8.self))"
  }

  private func value(
    of column: Int?, _ place: DirectoryRows.Place, in batches: [DirectoryUserBatch]
  ) -> ArraySlice<UInt8>? {
    guard let column else { return nil }
    return batches[Int(place.batch)].records.columns[column].raw.first(of: Int(place.record))
  }
}

extension ProfileField {
  /// The field's place among all.
  var position: Int {
    switch self {
    case .firstName: 0
    case .lastName: 1
    case .employeeId: 2
    case .email: 3
    }
  }
}
