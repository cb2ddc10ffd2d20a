import PluginContract
import Testing

@Suite("Frames")
struct FrameTests {
  @Test(
    "a head says kind and length, little-endian",
    arguments: [Frame.Kind.control, .records, .keys, .rows, .bytes])
  func roundTrip(kind: Frame.Kind) throws {
    let frame = Frame(kind, [UInt8](repeating: 7, count: 0x0102))
    #expect(Array(frame.bytes.prefix(8)) == [0x02, 0x01, 0, 0, kind.rawValue, 0, 0, 0])
    let (read, length) = try Frame.head(frame.bytes.prefix(Frame.headLength))
    #expect(read == kind)
    #expect(length == frame.body.count)
    #expect(Array(frame.bytes.dropFirst(8)) == frame.body)
  }

  @Test("an empty body is one") func emptyBody() throws {
    #expect(try Frame.head(Frame(.bytes, []).bytes).1 == 0)
  }

  @Test("an unknown kind is refused, and the message shows the head")
  func unknownKinds() {
    for kind in UInt8.min...UInt8.max where !(1...5).contains(kind) {
      #expect(throws: FrameError.self) { try Frame.head([0, 0, 0, 0, kind, 0, 0, 0]) }
    }
    let error = #expect(throws: FrameError.self) { try Frame.head(Array("<html>..".utf8)) }
    #expect(
      error?.description == "a frame's head is 3c 68 74 6d 6c 3e 2e 2e, which is not a frame's; "
        + "was something else written to standard output?")
  }

  @Test("bytes that must be zero must be", arguments: 5...7)
  func reservedBytes(position: Int) {
    var head: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0]
    head[position] = 1
    #expect(throws: FrameError.self) { try Frame.head(head) }
  }

  @Test("a body is at most 128 MiB: a longer one is refused before it is read")
  func longest() throws {
    #expect(Frame.maximumLength == 128 << 20)
    #expect(try Frame.head([0, 0, 0, 8, 2, 0, 0, 0]).1 == Frame.maximumLength)
    #expect(throws: FrameError("a frame of 134217729 bytes is longer than the 134217728 allowed")) {
      try Frame.head([1, 0, 0, 8, 2, 0, 0, 0])
    }
    #expect(throws: FrameError.self) { try Frame.head([255, 255, 255, 255, 2, 0, 0, 0]) }
  }

  @Test("a head that was cut is refused", arguments: 0..<8)
  func cutHead(length: Int) {
    let head = Frame(.control, []).bytes.prefix(length)
    #expect(throws: FrameError.self) { try Frame.head(head) }
  }
}
