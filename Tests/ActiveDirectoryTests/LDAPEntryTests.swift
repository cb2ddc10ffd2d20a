import Harness
import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

private typealias M = LDAPMessages

/// An entry as a reference decoder finds it.
private struct PlainEntry: Equatable {
  var dn: [UInt8] = []
  var values: [PlainValue] = []
}

private struct PlainValue: Equatable {
  var name: [UInt8]
  var bytes: [UInt8]
}

/// Keeps all that it is given, but attributes whose names begin with `-`.
private struct Recorder: EntryVisitor {
  var entries: [PlainEntry] = []
  private var names: [[UInt8]] = []
  private var values: [PlainValue] = []

  mutating func column(of attribute: UnsafeRawBufferPointer) -> Int? {
    guard attribute.first != UInt8(ascii: "-") else { return nil }
    names.append(Array(attribute))
    return names.count - 1
  }

  mutating func take(_ value: UnsafeRawBufferPointer, column: Int) {
    values.append(PlainValue(name: names[column], bytes: Array(value)))
  }

  mutating func endEntry(dn: UnsafeRawBufferPointer) {
    entries.append(PlainEntry(dn: Array(dn), values: values))
    (names, values) = ([], [])
  }
}

/// What the bytes of entries say, read slowly and plainly; nil if they are damaged.
private enum Reference {
  static func entries(_ bytes: [UInt8], id: Int) -> [PlainEntry]? {
    var found: [PlainEntry] = []
    for message in elements(bytes) ?? [] {
      guard message.tag == 0x30, let parts = elements(message.content, first: 2),
        parts.count == 2, parts[0].tag == 0x02, (1...4).contains(parts[0].content.count)
      else { return nil }
      guard parts[0].number == id, parts[1].tag == 0x64 else { continue }
      guard let entry = entry(parts[1].content) else { return nil }
      found.append(entry)
    }
    return elements(bytes) == nil ? nil : found
  }

  static func entry(_ content: [UInt8]) -> PlainEntry? {
    guard let parts = elements(content, first: 2), parts.count == 2, parts[0].tag == 0x04,
      parts[1].tag == 0x30, let attributes = elements(parts[1].content)
    else { return nil }
    var entry = PlainEntry(dn: parts[0].content)
    for attribute in attributes {
      guard attribute.tag == 0x30, let pair = elements(attribute.content, first: 2),
        pair.count == 2, pair[0].tag == 0x04, pair[1].tag == 0x31,
        let values = elements(pair[1].content),
        values.allSatisfy({ $0.tag == 0x04 })
      else { return nil }
      guard pair[0].content.first != UInt8(ascii: "-") else { continue }
      entry.values += values.map { PlainValue(name: pair[0].content, bytes: $0.content) }
    }
    return entry
  }

  private struct Element {
    var tag: UInt8
    var content: [UInt8]
    var number: Int { content.reduce(0) { $0 << 8 | Int($1) } }
  }

  /// All elements, or nil if the bytes do not end with the last one; or a number of them, whatever
  /// follows: LDAP's sequences may be extended (RFC 4511, section 4).
  private static func elements(_ bytes: [UInt8], first limit: Int = .max) -> [Element]? {
    var found: [Element] = []
    var rest = bytes
    while !rest.isEmpty && found.count < limit {
      guard rest.count >= 2, rest[0] & 0x1F != 0x1F else { return nil }
      let tag = rest[0]
      var length = Int(rest[1])
      rest.removeFirst(2)
      if length >= 0x80 {
        let count = length - 0x80
        guard (1...4).contains(count), rest.count >= count else { return nil }
        length = rest.prefix(count).reduce(0) { $0 * 256 + Int($1) }
        rest.removeFirst(count)
      }
      guard rest.count >= length else { return nil }
      found.append(Element(tag: tag, content: Array(rest.prefix(length))))
      rest.removeFirst(length)
    }
    return found
  }
}

/// Makes entries, of the attributes that are asked for and others, and damages them.
private struct EntryMaker {
  var random: SeededGenerator
  static let names = [
    "sAMAccountName", "mail", "objectGUID", "MAIL", "proxyAddresses", "proxyAddresses;binary",
    "proxyAddresses;lang-de", "mail;lang-de", "userAccountControl", "uSNChanged", "-left-out", "",
    "description", "sn;x-odd;binary", "SAMACCOUNTNAME", "objectGUI", "msDS-SecondaryKrbTgtNumber",
  ]

  mutating func value() -> [UInt8] {
    let count =
      [0, 1, 2, 5, 16, 16, 127, 128, 129, 255, 256, 300, 5000].randomElement(
        using: &random) ?? 0
    let isText = Bool.random(using: &random)
    return (0..<count).map { _ in
      isText ? UInt8.random(in: 0x20...0x7E, using: &random) : .random(in: 0...255, using: &random)
    }
  }

  mutating func entry(_ id: Int) -> [UInt8] {
    let attributes = (0..<Int.random(in: 0...9, using: &random)).map { _ in
      let name = Self.names.randomElement(using: &random) ?? ""
      let count = [0, 1, 1, 1, 2, 7].randomElement(using: &random) ?? 1
      return (name, (0..<count).map { _ in value() })
    }
    let dn = "CN=\(Int.random(in: 0...99_999, using: &random)),DC=acme"
    return M.entry(id, dn, attributes)
  }

  /// Changes a few bytes, cuts some out or doubles some.
  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0...4, using: &random) {
      case 0: bytes[place] = .random(in: 0...255, using: &random)
      case 1: bytes[place] ^= UInt8(1) << UInt8.random(in: 0...7, using: &random)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(bytes[place], at: place)
      default: bytes.removeLast(min(bytes.count, .random(in: 1...20, using: &random)))
      }
    }
    return bytes
  }
}

@Suite("Entries are decoded as a slow and obvious decoder does", .timeLimit(.minutes(5)))
struct LDAPEntryTests {
  private static func decode(_ content: [UInt8]) -> PlainEntry? {
    var recorder = Recorder()
    do {
      try recorder.visit(0..<content.count, in: content.span)
    } catch {
      return nil
    }
    return recorder.entries.first
  }

  @Test("entries as they should be, and with a few bytes changed, cut out, doubled or cut off")
  func entries() {
    var maker = EntryMaker(random: SeededGenerator(seed: 11))
    var (damaged, refused, taken) = (0, 0, 0)
    for round in 0..<3000 {
      var entry = maker.entry(7)
      // The content of the entry; the envelope before it is damaged in the tests of the inbox.
      var outer = BERCursor(0..<entry.count)
      let whole = try? outer.next(BERCursor.sequence, in: entry.span)
      guard let message = whole.flatMap({ try? LDAPMessage($0, in: entry.span) }) else {
        Issue.record("round \(round) is no message")
        return
      }
      entry = Array(entry[message.operation.content])
      if !round.isMultiple(of: 3) {
        entry = maker.damage(entry)
        damaged += 1
      }
      let expected = Reference.entry(entry)
      let isSame = Self.decode(entry) == expected
      #expect(isSame, "round \(round)")
      if expected == nil { refused += 1 } else { taken += 1 }
    }
    #expect(damaged > 1500 && refused > 200 && taken > 1200)
  }

  @Test("an element is never read beyond the bytes that hold it", arguments: 0...255)
  func bounds(first: Int) {
    for second in [0, 1, 2, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0xFF] as [UInt8] {
      for rest in 0...6 {
        let bytes = [UInt8(first), second] + [UInt8](repeating: 0xFF, count: rest)
        var cursor = BERCursor(0..<bytes.count)
        while let element = try? cursor.next(in: bytes.span) {
          #expect(element.content.upperBound <= bytes.count)
        }
        for end in 0...1 {
          guard case .element = BERCursor.header(at: 0, end: end, in: bytes.span) else { continue }
          Issue.record("an element of \(end) bytes")
        }
      }
    }
  }

  /// What a builder is given, attribute by attribute, as the rules say: names without case, options
  /// that leave an attribute itself (RFC 4512, section 2.5.2), and no others.
  private static func reference(
    _ entries: [PlainEntry], _ builder: DirectoryBatchBuilder
  ) -> DirectoryUserBatch {
    var builder = builder
    for entry in entries {
      for value in entry.values {
        let parts = String(decoding: value.name, as: UTF8.self).lowercased()
          .split(separator: ";", omittingEmptySubsequences: false)
        let isItself = parts.dropFirst().allSatisfy {
          $0 == "binary" || $0.hasPrefix("range=") || $0.isEmpty
        }
        guard isItself, let index = builder.index(of: Array((parts.first ?? "").utf8)) else {
          continue
        }
        builder.append(index: index, bytes: value.bytes)
      }
      builder.endRecord(dn: entry.dn)
    }
    return builder.take()
  }

  @Test("the batches that are made of entries hold what the slow way gives, byte for byte")
  func batches() throws {
    var maker = EntryMaker(random: SeededGenerator(seed: 12))
    for round in 0..<300 {
      let builder = try DirectoryBatchBuilder(
        directory: 0, configuration: Directory(domain: "ACME", source: .csv(path: "/x")),
        rootDN: nil, attributes: ["proxyAddresses"], moment: Timestamp(secondsSince1970: 0))
      let page = (0..<20).flatMap { _ in maker.entry(3) } + M.done(3)
      let entries = try #require(Reference.entries(page, id: 3))
      let expected = Self.reference(entries, builder)
      let answer = try #require(try LDAPInboxTests.answer(page, id: 3))
      var decoder = UserDecoder(builder: builder) { _, _, _ in }
      #expect(try answer.visitEntries(&decoder) == 20)
      let batch = decoder.builder.take()
      #expect(batch.count == expected.count && batch.anchors == expected.anchors, "\(round)")
      #expect(batch.flags == expected.flags && batch.changeNumbers == expected.changeNumbers)
      #expect(batch.changedAt == expected.changedAt && batch.faults == expected.faults)
      for (column, other) in zip(batch.records.columns, expected.records.columns) {
        #expect(column.name == other.name && column.raw == other.raw)
        #expect(column.canonical == other.canonical)
      }
    }
  }
}
