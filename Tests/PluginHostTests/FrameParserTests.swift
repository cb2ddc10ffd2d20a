import Harness
import PluginContract
import Testing

@testable import PluginHost

@Suite("Frames are cut out of whatever bytes come")
struct FrameParserTests {
  private static let frames = [
    Frame(.control, Array(#"{"type":"done"}"#.utf8)), Frame(.keys, []),
    Frame(.bytes, Array(repeating: 7, count: 5_000)), Frame(.keys, Array(0...255)),
  ]
  private static let stream = frames.flatMap(\.bytes)

  /// Parses a stream in pieces of random lengths.
  private func parse(
    _ stream: [UInt8], _ random: inout SeededGenerator
  ) throws(FrameError) -> [Frame] {
    var parser = FrameParser()
    var rest = stream[...]
    var frames: [Frame] = []
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...700, using: &random))
      frames += try parser.take(piece)
      rest = rest.dropFirst(piece.count)
    }
    return frames
  }

  @Test("however the bytes are cut, the frames are the same")
  func pieces() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let frames = try parse(Self.stream, &random)
      #expect(frames.map(\.kind) == Self.frames.map(\.kind))
      #expect(frames.map(\.body) == Self.frames.map(\.body))
    }
  }

  @Test("random damage gives frames or an error, never a crash, and bodies that fit")
  func damage() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<5_000 {
      var stream = Self.stream
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        // Heads are hit more often than by chance.
        let end = Bool.random(using: &random) ? 40 : stream.count
        stream[Int.random(in: 0..<end, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      stream.removeLast(Int.random(in: 0...20, using: &random))
      let frames = (try? parse(stream, &random)) ?? []
      #expect(frames.reduce(0) { $0 + $1.bytes.count } <= stream.count)
    }
  }

  @Test("random damage to an answer gives keys that fit or an error, never a crash")
  func damagedKeys() throws {
    var random = SeededGenerator(seed: 3)
    var keys = KeyBatch()
    for record in 0..<40 {
      keys.add("key \(record)".utf8, rule: record % 3)
      if record.isMultiple(of: 7) { keys.skip("rule") }
      keys.endRecord()
    }
    let body = try KeysFrame(request: 1, keys: keys).frame().body
    for _ in 0..<20_000 {
      var damaged = body
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        damaged[place] = UInt8.random(in: 0...255, using: &random)
      }
      guard let read = try? KeysFrame(damaged).keys else { continue }
      for record in 0..<read.recordCount {
        for value in read.keys.values(of: record) { #expect(!read.keys.value(value).isEmpty) }
      }
    }
  }
}
