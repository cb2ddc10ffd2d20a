import Harness
import Testing

@testable import ActiveDirectory

private typealias M = LDAPMessages

@Suite("Messages are told apart, however they come", .timeLimit(.minutes(5)))
struct LDAPInboxTests {
  /// The whole answer in some bytes.
  static func answer(_ bytes: [UInt8], id: Int32) throws -> LDAPAnswer? {
    var inbox = LDAPInbox()
    inbox.expect(id)
    inbox.begin(id)
    try receive(bytes[...], &inbox)
    return try inbox.take(id).map { LDAPAnswer($0) { _ in } }
  }

  private static func receive(
    _ bytes: ArraySlice<UInt8>, _ inbox: inout LDAPInbox
  ) throws(LDAPFault) {
    var rest = bytes
    while !rest.isEmpty {
      let count = try inbox.receive { room throws(LDAPFault) in
        #expect(room.count >= LDAPInbox.leastRoom)
        let count = min(room.count, rest.count)
        room.copyBytes(from: rest.prefix(count))
        return count
      }
      rest = rest.dropFirst(count)
    }
  }

  private struct Names: EntryVisitor {
    var names: [String] = []
    mutating func column(of attribute: UnsafeRawBufferPointer) -> Int? { nil }
    mutating func take(_ value: UnsafeRawBufferPointer, column: Int) {}
    mutating func endEntry(dn: UnsafeRawBufferPointer) {
      names.append(String(decoding: dn, as: UTF8.self))
    }
  }

  private static func names(_ answer: LDAPAnswer) throws -> [String] {
    var names = Names()
    try answer.visitEntries(&names)
    return names.names
  }

  @Test("two answers under way and foreign messages between, in parts of any size, each whole")
  func interleaved() throws {
    var random = SeededGenerator(seed: 21)
    for round in 0..<400 {
      var expected: [Int: [String]] = [1: [], 2: []]
      var bytes: [UInt8] = []
      var open = [1, 2]
      while let id = open.randomElement(using: &random) {
        switch Int.random(in: 0...12, using: &random) {
        case 0:
          bytes += M.done(id, cookie: "cookie\(id)")
          open.removeAll { $0 == id }
        case 1: bytes += M.user(3, 9)  // nobody asked for it
        case 2: bytes += M.reference(id, "ldap://a/DC=x")
        case 3: bytes += M.message(id, M.tlv(0x79, []))
        default:
          let name = "CN=\(bytes.count)" + String(repeating: "x", count: round)
          bytes += M.entry(id, name, [("mail", [[1, 2, 3]])])
          expected[id, default: []].append(name)
        }
      }
      let order = Bool.random(using: &random) ? [1, 2] : [2, 1]
      var rest = bytes[...]
      var inbox = LDAPInbox()
      inbox.expect(1)
      inbox.expect(2)
      for id in order {
        inbox.begin(Int32(id))
        var found = try inbox.take(Int32(id))
        while found == nil {
          let count = min(rest.count, Int.random(in: 1...200, using: &random))
          try Self.receive(rest.prefix(count), &inbox)
          rest = rest.dropFirst(count)
          found = try inbox.take(Int32(id))
          try #require(found != nil || !rest.isEmpty, "round \(round)")
        }
        let answer = LDAPAnswer(try #require(found)) { inbox.recycle($0) }
        #expect(try Self.names(answer) == expected[id])
        #expect(try answer.result().cookie == Array("cookie\(id)".utf8))
        let names = expected[id] ?? []
        #expect(try (answer.firstName() == nil) == names.isEmpty)
      }
      #expect(rest.isEmpty && inbox.count <= bytes.count)
    }
  }

  @Test("bytes that are changed, cut out or doubled make an error or other messages, never a trap")
  func damaged() throws {
    var random = SeededGenerator(seed: 22)
    var refused = 0
    for _ in 0..<4000 {
      var bytes =
        M.user(1, 1) + M.reference(1, "ldap://a/DC=x") + M.user(2, 2) + M.done(1, cookie: "abc")
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[place], at: place)
        }
      }
      do {
        guard let answer = try Self.answer(bytes, id: 1) else { continue }
        _ = try answer.references()
        _ = try Self.names(answer)
        _ = try answer.firstName()
        _ = try answer.result()
      } catch let fault as LDAPFault {
        #expect(fault.isLoss)
        refused += 1
      }
    }
    #expect(refused > 500)
  }

  @Test("a message that is longer than allowed is refused as soon as it says so")
  func tooLong() throws {
    var inbox = LDAPInbox()
    inbox.longestMessage = 100
    inbox.begin(1)
    try Self.receive([0x30, 0x82, 0x01], &inbox)
    #expect(try inbox.take(1) == nil)
    try Self.receive([0x00], &inbox)
    #expect(throws: LDAPFault.self) { try inbox.take(1) }
  }

  @Test("what a server says unasked is the end, in its own words")
  func notice() throws {
    let notice = M.message(0, M.result(0x78, 52, "going down"))
    let fault = #expect(throws: LDAPFault.self) { try Self.answer(notice, id: 1) }
    #expect(fault?.isLoss == true && fault?.diagnostic.contains("going down") == true)
  }

  @Test("the buffers of answers come back: many pages need no more than two")
  func buffers() throws {
    let page = (0..<200).flatMap { M.user(1, UInt8($0)) } + M.done(1, cookie: "a")
    var inbox = LDAPInbox()
    var places: Set<UInt> = []
    for _ in 0..<50 {
      inbox.expect(1)
      inbox.begin(1)
      try Self.receive(page[...], &inbox)
      let answer = try #require(try inbox.take(1))
      places.insert(answer.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) })
      inbox.recycle(answer.bytes)
    }
    #expect(places.count <= 2)
  }
}
