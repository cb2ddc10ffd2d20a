import Harness
import TenantCore
import Testing

@Suite("objectGUID")
struct ObjectGUIDTests {
  /// Microsoft's own example of the mixed byte order (MS-DTYP, 2.3.4).
  let bytes: [UInt8] = [
    0x33, 0x05, 0x61, 0x3A, 0x17, 0x0E, 0x8B, 0x4C, 0x9D, 0x23, 0x2A, 0x1B, 0x7C, 0x00, 0xFF, 0x10,
  ]
  let text = "3a610533-0e17-4c8b-9d23-2a1b7c00ff10"

  @Test("text and bytes are each other's reverse")
  func roundTrip() {
    #expect(ObjectGUID(bytes: bytes)?.description == text)
    #expect(ObjectGUID(text)?.bytes == bytes)
    #expect(ObjectGUID("{\(text.uppercased())}")?.bytes == bytes)
  }

  @Test("anything but sixteen bytes that are not all zero is none (M14)")
  func unusable() {
    #expect(ObjectGUID(bytes: [UInt8](repeating: 0, count: 16)) == nil)
    #expect(ObjectGUID(bytes: bytes.dropLast()) == nil)
    #expect(ObjectGUID(bytes: bytes + [1]) == nil)
    #expect(ObjectGUID("00000000-0000-0000-0000-000000000000") == nil)
  }

  @Test(
    "text in another shape is none",
    arguments: [
      "", "3a610533", "3a6105330e174c8b9d232a1b7c00ff10", "3a610533-0e17-4c8b-9d23-2a1b7c00ff1",
      "+a610533-0e17-4c8b-9d23-2a1b7c00ff10", "3a610533-0e17-4c8b-9d23-2a1b7c00ffxx",
    ])
  func malformed(text: String) { #expect(ObjectGUID(text) == nil) }

  /// The text by its definition: five groups of digits, the bytes of the first three turned round.
  private func reference(_ bytes: [UInt8]) -> ObjectGUID? {
    var text = String(decoding: bytes, as: UTF8.self)
    if text.hasPrefix("{"), text.hasSuffix("}") { text = String(text.dropFirst().dropLast()) }
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12],
      groups.joined().allSatisfy({ $0.isASCII && $0.isHexDigit })
    else { return nil }
    let parts = groups.map { group in
      let digits = Array(group)
      return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)
      }
    }
    let turned = parts.prefix(3).flatMap { $0.reversed() } + parts.dropFirst(3).flatMap(\.self)
    return ObjectGUID(bytes: turned)
  }

  @Test("text in bytes is read and written as text is, and damaged as text is", arguments: 0..<50)
  func bytewise(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<40 {
      let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
      let guid = try #require(ObjectGUID(bytes: bytes))
      var written = Array("x".utf8)
      guid.appendText(to: &written)
      #expect(written == Array("x\(guid)".utf8))
      var text = Array((seed.isMultiple(of: 2) ? "\(guid)" : "{\(guid)}").uppercased().utf8)
      #expect(ObjectGUID(text: text.span) == guid)
      text[random.number(below: text.count)] = UInt8.random(in: 0...255, using: &random)
      #expect(ObjectGUID(text: text.span) == reference(text))
      text.removeLast(random.number(below: 3))
      #expect(ObjectGUID(text: text.span) == reference(text))
    }
  }
}
