internal import PluginContract
internal import TenantCore

/// The distinct keys of many batches, numbered and found by their bytes.
///
/// Keys are hashed with a secret of the process (``KeyHash``) and compared by bytes, so a crafted
/// value can neither collide into another person's link nor slow the join down. The hashes are cut
/// into parts that are built beside each other; how many there are changes no answer.
struct KeySet: Sendable {
  private let hash: KeyHash
  /// The group of each of the matcher's rules: keys of different groups are never equal.
  private let groups: [UInt16]
  private let partitions: [KeyPartition]
  /// For each part the number of its first key, then the number of all keys.
  private let bases: [Int32]

  /// Numbers the keys of batches.
  ///
  /// - Returns: the set, and for each batch the numbers of its keys.
  /// - Throws: `CancellationError`.
  static func numbering(
    _ batches: [KeyBatch], groups: [UInt16], _ count: Partitions
  ) async throws -> (set: KeySet, numbers: [[Int32]]) {
    let hash = KeyHash.ofProcess
    let hashes = try await count.map(batches.indices) { hash.hashes(of: batches[$0], groups) }
    let parts = try await count.map(0..<count.count) { part in
      try NumberedKeys(batches, hashes, groups, part: part, of: count.count)
    }
    var bases: [Int32] = [0]
    var total: Int32 = 0
    for part in parts {
      total += Int32(part.keys.count)
      bases.append(total)
    }
    var taken = [Int](repeating: 0, count: parts.count)
    let numbers = hashes.map { hashes in
      hashes.map { hash in
        let part = hash.part(of: parts.count)
        defer { taken[part] += 1 }
        return bases[part] + parts[part].numbers[taken[part]]
      }
    }
    let set = KeySet(hash: hash, groups: groups, partitions: parts.map(\.keys), bases: bases)
    return (set, numbers)
  }

  /// The number of distinct keys.
  var count: Int { Int(bases.last ?? 0) }

  /// The group of a rule.
  func group(ofRule rule: UInt16) -> UInt16 { groups[Int(rule)] }

  /// The number of the key with these bytes in a group; nil if it is not among these.
  func find(_ bytes: ArraySlice<UInt8>, group: UInt16) -> Int32? {
    let key = bytes.span.bytes
    let hash = hash.hash(key, group: group)
    let part = hash.part(of: partitions.count)
    return partitions[part].find(key, hash, group: group).map { bases[part] + $0 }
  }

  /// For each key of a batch its number; -1 for one that is not among these.
  ///
  /// Looks for all of them by their hashes first and compares bytes afterwards: neither pass waits
  /// for the memory of one key before it asks for the next.
  func find(_ batch: KeyBatch) -> [Int32] {
    let hashes = hash.hashes(of: batch, groups)
    var found = hashes.map { partitions[$0.part(of: partitions.count)].likely($0) ?? -1 }
    let bytes = batch.keys.bytes.span.bytes
    for value in found.indices where found[value] >= 0 {
      let part = hashes[value].part(of: partitions.count)
      let key = bytes.extracting(batch.keys.byteRange(ofValue: value))
      let group = groups[Int(batch.rules[value])]
      if !partitions[part].holds(key, group: group, at: found[value]) {
        found[value] = partitions[part].find(key, hashes[value], group: group) ?? -1
      }
      if found[value] >= 0 { found[value] += bases[part] }
    }
    return found
  }

  /// A key's bytes.
  func bytes(of number: Int32) -> ArraySlice<UInt8> {
    let part = bases.dropLast().lastIndex { $0 <= number } ?? 0
    return partitions[part].bytes(of: number - bases[part])
  }
}

/// The keys of one part, and the number of each key of the batches that belongs to it, in order.
private struct NumberedKeys: Sendable {
  private(set) var keys: KeyPartition
  private(set) var numbers: [Int32] = []

  init(
    _ batches: [KeyBatch], _ hashes: [[UInt64]], _ groups: [UInt16], part: Int, of count: Int
  ) throws {
    var mine = 0
    for hashes in hashes {
      for hash in hashes where hash.part(of: count) == part { mine += 1 }
    }
    let bytes = batches.reduce(0) { $0 + $1.keys.bytes.count }
    // The hashes are even, and so are the lengths.
    keys = KeyPartition(capacity: mine, byteCount: bytes / count)
    numbers.reserveCapacity(mine)
    for (batch, hashes) in zip(batches, hashes) {
      try Task.checkCancellation()
      let bytes = batch.keys.bytes.span.bytes
      for value in hashes.indices where hashes[value].part(of: count) == part {
        numbers.append(
          keys.insert(
            bytes.extracting(batch.keys.byteRange(ofValue: value)), hashes[value],
            group: groups[Int(batch.rules[value])]))
      }
    }
  }
}

extension UInt64 {
  /// Which of so many parts a hash belongs to.
  func part(of count: Int) -> Int {
    Int(hash: UInt32(truncatingIfNeeded: self &>> 32), of: count)
  }
}

extension KeyHash {
  /// The hash of each key of a batch.
  fileprivate func hashes(of batch: KeyBatch, _ groups: [UInt16]) -> [UInt64] {
    let bytes = batch.keys.bytes.span.bytes
    return batch.rules.indices.map { value in
      hash(
        bytes.extracting(batch.keys.byteRange(ofValue: value)),
        group: groups[Int(batch.rules[value])])
    }
  }
}
