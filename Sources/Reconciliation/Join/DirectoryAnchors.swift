internal import PluginContract
package import TenantCore

/// The records of all directories by their GUIDs, each GUID once (M15).
package struct DirectoryAnchors: Sendable {
  private let hash: KeyHash
  private let partitions: [AnchorPartition]

  /// Looks through what was read.
  ///
  /// - Throws: `CancellationError`.
  package init(
    _ batches: [DirectoryUserBatch], partitions count: Partitions = Partitions(1)
  ) async throws {
    let hash = KeyHash.ofProcess
    let hashes = try await count.map(batches.indices) { batch in
      batches[batch].anchors.map { $0.map(hash.hash) ?? 0 }
    }
    partitions = try await count.map(0..<count.count) { part in
      try AnchorPartition(batches, hashes, part: part, of: count.count)
    }
    self.hash = hash
  }

  /// True if a record with this GUID was read.
  package func contains(_ guid: ObjectGUID, in batches: [DirectoryUserBatch]) -> Bool {
    place(of: guid, in: batches) != nil
  }

  /// The record of a GUID that counts.
  func place(of guid: ObjectGUID, in batches: [DirectoryUserBatch]) -> DirectoryRows.Place? {
    let hash = hash.hash(guid)
    return partitions[hash.part(of: partitions.count)].place(of: guid, hash, in: batches)
  }

  /// The records that do not count, because another with the same GUID is newer.
  var superseded: [DirectoryRows.Place] { partitions.flatMap(\.superseded) }

  /// The GUIDs that were read several times, in their order: how often, and the record that counts.
  var duplicates: [(guid: ObjectGUID, count: Int, kept: DirectoryRows.Place)] {
    partitions.flatMap(\.duplicates)
      .map { (guid: $0.key, count: $0.value.count, kept: $0.value.kept) }
      .sorted { $0.guid < $1.guid }
  }
}

/// The GUIDs of one part of the hashes.
private struct AnchorPartition: Sendable {
  private var slots: HashSlots
  private(set) var superseded: [DirectoryRows.Place] = []
  private(set) var duplicates: [ObjectGUID: (count: Int, kept: DirectoryRows.Place)] = [:]

  init(
    _ batches: [DirectoryUserBatch], _ hashes: [[UInt64]], part: Int, of count: Int
  ) throws {
    var mine = 0
    for hashes in hashes {
      for hash in hashes where hash.part(of: count) == part { mine += 1 }
    }
    slots = HashSlots(capacity: mine)
    for (number, hashes) in hashes.enumerated() {
      try Task.checkCancellation()
      for record in hashes.indices where hashes[record].part(of: count) == part {
        guard let guid = batches[number].anchors[record] else { continue }
        add(
          guid, hashes[record],
          at: DirectoryRows.Place(batch: Int32(number), record: Int32(record)), batches)
      }
    }
  }

  private mutating func add(
    _ guid: ObjectGUID, _ hash: UInt64, at place: DirectoryRows.Place,
    _ batches: [DirectoryUserBatch]
  ) {
    let first = slots.insert(hash, place.number) {
      DirectoryRows.Place($0).guid(in: batches) == guid
    }
    guard first != place.number else { return }
    let known = duplicates[guid] ?? (count: 1, kept: DirectoryRows.Place(first))
    let isNewer = place.isNewer(than: known.kept, in: batches)
    superseded.append(isNewer ? known.kept : place)
    duplicates[guid] = (count: known.count + 1, kept: isNewer ? place : known.kept)
  }

  func place(
    of guid: ObjectGUID, _ hash: UInt64, in batches: [DirectoryUserBatch]
  ) -> DirectoryRows.Place? {
    let first = slots.find(hash) { DirectoryRows.Place($0).guid(in: batches) == guid }
    guard let first else { return nil }
    return duplicates.isEmpty
      ? DirectoryRows.Place(first) : duplicates[guid]?.kept ?? DirectoryRows.Place(first)
  }
}

extension DirectoryRows.Place {
  private static let recordBits: Int32 = 12

  /// The place as one number, in the order of reading: a batch holds at most 4,096 records.
  var number: Int32 { batch << Self.recordBits | record }

  init(_ number: Int32) {
    self.init(
      batch: number >> Self.recordBits, record: number & (1 << Self.recordBits - 1))
  }

  fileprivate func guid(in batches: [DirectoryUserBatch]) -> ObjectGUID? {
    batches[Int(batch)].anchors[Int(record)]
  }

  /// M15: the highest `uSNChanged`, else the latest `whenChanged`, else the smallest DN.
  fileprivate func isNewer(
    than other: DirectoryRows.Place, in batches: [DirectoryUserBatch]
  ) -> Bool {
    let (first, second) = (batches[Int(batch)], batches[Int(other.batch)])
    let (i, j) = (Int(record), Int(other.record))
    if first.changeNumbers[i] != second.changeNumbers[j] {
      return first.changeNumbers[i] > second.changeNumbers[j]
    }
    if first.changedAt[i] != second.changedAt[j] { return first.changedAt[i] > second.changedAt[j] }
    return name(in: first).lexicographicallyPrecedes(other.name(in: second))
  }

  private func name(in batch: DirectoryUserBatch) -> ArraySlice<UInt8> {
    batch.records.column(DirectoryAttribute.distinguishedName)?.raw.first(of: Int(record)) ?? []
  }
}
