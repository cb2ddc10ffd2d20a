import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("Hashes, slots and sets of keys", .timeLimit(.minutes(2)))
struct KeyHashTests {
  /// SipHash-1-3, a byte at a time, as its paper writes it down.
  private static func reference(_ message: [UInt8], _ k0: UInt64, _ k1: UInt64) -> UInt64 {
    var v = [
      k0 ^ 0x736f_6d65_7073_6575, k1 ^ 0x646f_7261_6e64_6f6d, k0 ^ 0x6c79_6765_6e65_7261,
      k1 ^ 0x7465_6462_7974_6573,
    ]
    func rotated(_ x: UInt64, _ n: UInt64) -> UInt64 { x << n | x >> (64 - n) }
    func round() {
      v[0] = v[0] &+ v[1]
      v[1] = rotated(v[1], 13) ^ v[0]
      v[0] = rotated(v[0], 32)
      v[2] = v[2] &+ v[3]
      v[3] = rotated(v[3], 16) ^ v[2]
      v[0] = v[0] &+ v[3]
      v[3] = rotated(v[3], 21) ^ v[0]
      v[2] = v[2] &+ v[1]
      v[1] = rotated(v[1], 17) ^ v[2]
      v[2] = rotated(v[2], 32)
    }
    var padded = message
    while padded.count % 8 != 7 { padded.append(0) }
    padded.append(UInt8(truncatingIfNeeded: message.count))
    for start in stride(from: 0, to: padded.count, by: 8) {
      let word = padded[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      v[3] ^= word
      round()
      v[0] ^= word
    }
    v[2] ^= 0xff
    for _ in 0..<3 { round() }
    return v[0] ^ v[1] ^ v[2] ^ v[3]
  }

  @Test("keys of every length hash as SipHash-1-3 says")
  func sipHash() {
    var random = PropertyTests.Randomness(state: 5)
    for length in 0..<300 {
      let key = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let (k0, k1) = (random.next(), random.next())
      let hash = KeyHash(k0, k1).hash(key.span.bytes, group: 0)
      #expect(hash == Self.reference(key, k0, k1))
      #expect(hash != KeyHash(k0, k1).hash(key.span.bytes, group: 1))
    }
  }

  @Test("hashes are spread over all places and parts", arguments: [1, 2, 3, 7, 1_000])
  func spread(count: Int) {
    var random = PropertyTests.Randomness(state: 3)
    let hash = KeyHash(random.next(), random.next())
    var (places, parts) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
    for number in 0..<count * 100 {
      let value = hash.hash(Array("\(number)".utf8).span.bytes, group: 0)
      places[Int(hash: UInt32(truncatingIfNeeded: value), of: count)] += 1
      parts[value.part(of: count)] += 1
    }
    #expect(places.allSatisfy { (30..<300).contains($0) })
    #expect(parts.allSatisfy { (30..<300).contains($0) })
  }

  @Test("values with one hash are told apart, and absent ones are not found")
  func slots() {
    var slots = HashSlots(capacity: 40)
    for number in 0..<Int32(40) {
      let hash = UInt64(number % 3) << 32
      #expect(slots.insert(hash, number) { $0 == number } == number)
      #expect(slots.insert(hash, 99) { $0 == number } == number)
    }
    for number in 0..<Int32(40) {
      #expect(slots.find(UInt64(number % 3) << 32) { $0 == number } == number)
    }
    #expect(slots.find(1 << 32) { _ in false } == nil)
    #expect(slots.find(7 << 32) { _ in true } == nil)
    #expect(HashSlots(capacity: 0).find(7 << 32) { _ in true } == nil)
  }

  @Test(
    "a set of keys gives each key one number, whatever it is cut into", arguments: [1, 2, 3, 7])
  func sets(partitions: Int) async throws {
    var random = PropertyTests.Randomness(state: 77)
    var batches: [KeyBatch] = []
    for _ in 0..<20 {
      var batch = KeyBatch()
      for _ in 0..<50 {
        for _ in 0..<Int.random(in: 0..<4, using: &random) {
          let text = String(
            repeating: "k", count: Int.random(in: 1..<30, using: &random))
          batch.add(Array(text.utf8), rule: Int.random(in: 0..<3, using: &random))
        }
        batch.endRecord()
      }
      batches.append(batch)
    }
    let groups: [UInt16] = [0, 1, 1]
    let (set, numbers) = try await KeySet.numbering(
      batches, groups: groups, Partitions(partitions))
    var byKey: [[UInt8]: Int32] = [:]
    for (batch, numbers) in zip(batches, numbers) {
      #expect(set.find(batch) == numbers)
      for value in numbers.indices {
        let group = groups[Int(batch.rules[value])]
        let key = Array(batch.keys.value(value)) + [UInt8(group)]
        #expect(byKey[key, default: numbers[value]] == numbers[value])
        byKey[key] = numbers[value]
        #expect(set.find(batch.keys.value(value), group: group) == numbers[value])
        #expect(set.bytes(of: numbers[value]) == batch.keys.value(value))
      }
    }
    #expect(set.count == byKey.count)
    #expect(Set(byKey.values).count == byKey.count)
    #expect(set.find(Array("absent".utf8)[...], group: 0) == nil)
  }
}
