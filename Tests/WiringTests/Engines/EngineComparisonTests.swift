import Administration
import Harness
import PluginContract
import StoreHarness
import TenantCore
import Testing

/// The same random steps on a store of each engine, which have to give the same, errors included, and leave the same
/// behind, whatever bytes a directory, a users file or a person writes.
@Suite("H1: both engines give the same answers", .timeLimit(.minutes(15)))
struct EngineComparisonTests {
  @Test("after the same steps", arguments: 0..<40)
  func steps(seed: UInt64) async throws {
    var random = RandomSteps(seed: seed)
    let name = "compared-\(seed)"
    let worlds = try [TestEngine.sqlite, .postgresql].map {
      try EngineWorld($0, tenant: TestStores.uniqueName(name))
    }
    var story: [String] = []
    for number in 1...16 {
      let step = random.step()
      story.append("\(step)")
      let (one, other) = (await worlds[0].take(step), await worlds[1].take(step))
      guard one == other else {
        Issue.record("\(one)\n\n\(other)\n\nafter \(story.joined(separator: "\n"))")
        return
      }
      guard number.isMultiple(of: 4) else { continue }
      let answers = try await worlds.asyncMap {
        try await StoredAnswers($0.store, logins: random.logins, guids: random.guids).lines
      }
      let different = answers[0].keys.sorted().filter { answers[0][$0] != answers[1][$0] }
      guard different.isEmpty else {
        let texts = different.map { "\($0):\n\(answers[0][$0] ?? "")\n\(answers[1][$0] ?? "")\n" }
        Issue.record("\(texts.joined(separator: "\n"))\nafter \(story.joined(separator: "\n"))")
        return
      }
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<R>(_ body: (Element) async throws -> R) async rethrows -> [R] {
    var results: [R] = []
    for element in self { results.append(try await body(element)) }
    return results
  }
}

/// Steps by chance, with the texts that engines treat in different ways.
private struct RandomSteps {
  private var random: SeededGenerator
  private var people: [BytesDirectory.Person] = []
  private var nextGUID: UInt8 = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed &* 7919 &+ 13) }

  /// Names that rows and changes are looked up by.
  var logins: [String] {
    ["u1", "ACME\\U2", "acme.example\\äda", "beta\\ß", "u9", "a\0b", "😀", "nobody@acme.example"]
  }

  var guids: [ObjectGUID] { (1...12).compactMap { Self.guid(UInt8($0)) } }

  private static func guid(_ number: UInt8) -> ObjectGUID? {
    // Their bytes are in no order of their texts.
    ObjectGUID(bytes: (0..<16).map { number &* 91 &+ UInt8($0) &* number })
  }

  private mutating func pick<Element>(_ values: [Element]) -> Element {
    values[random.number(below: values.count)]
  }

  /// Names of which several are the same but for case or accents, and that sort differently by language.
  private mutating func name() -> String {
    pick([
      "u1", "U1", "u2", "u3", "äda", "Äda", "zoe", "Zoë", "ß", "straße", "a b", "b-a", "ba", "😀",
    ])
  }

  /// Bytes that a directory may hold: also none, NUL, and what is no UTF-8.
  private mutating func bytes() -> [UInt8] {
    switch random.number(below: 12) {
    case 0: []
    case 1: [0x61, 0, 0x62]
    case 2: [0xFF, 0xFE, 0x41]
    case 3: [0xED, 0xA0, 0x80]
    case 4: [0]
    case 5: random.bytes(upTo: 12)
    case 6: Array(random.text(upTo: 20).utf8)
    case 7: Array(String(repeating: "ä", count: 3000).utf8)
    case 8: Array("\\x41 \\N \t\n\r'\"{}".utf8)
    default: Array(name().utf8)
    }
  }

  private mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }

  private mutating func person() -> BytesDirectory.Person {
    nextGUID = nextGUID % 12 + 1
    let login = random.number(below: 3) == 0 ? bytes() : Array(name().utf8)
    var values = [login, random.number(below: 2) == 0 ? bytes() : Array("\(name())@x".utf8)]
    while values.count < DirectoryAttribute.text.count {
      values.append(random.number(below: 3) == 0 ? bytes() : [])
    }
    values.append(
      random.number(below: 6) == 0
        ? bytes() : Array("CN=\(nextGUID),OU=\(random.number(below: 3)),DC=acme".utf8))
    return BytesDirectory.Person(
      directory: random.number(below: 2),
      guid: random.number(below: 6) == 0 ? nil : Self.guid(nextGUID), values: values,
      flags: AccountFlags(rawValue: UInt8(random.number(below: 64))))
  }

  private mutating func changePeople() {
    if people.isEmpty { people = (0..<random.number(below: 14)).map { _ in person() } }
    for index in people.indices.reversed() where random.number(below: 4) == 0 {
      let guid = people[index].guid
      if random.number(below: 2) == 0 {
        people.remove(at: index)
      } else {
        people[index] = person()
        people[index].guid = guid
      }
    }
    while people.count < 5 { people.append(person()) }
    // Of a GUID that is there twice, one is taken (M15); not that by chance here.
    var seen: Set<ObjectGUID> = []
    people.removeAll { $0.guid.map { !seen.insert($0).inserted } ?? false }
  }

  private mutating func usersFile() -> [UInt8] {
    var bytes = Array("userName,windowsLogin,firstName,lastName,employeeId,email,active\n".utf8)
    for _ in 0..<random.number(below: 9) {
      var cells = [Array(name().utf8)]
      cells.append(random.number(below: 2) == 0 ? [] : Array("ACME\\\(name())".utf8))
      while cells.count < 6 { cells.append(random.number(below: 2) == 0 ? [] : self.bytes()) }
      cells.append(Array(pick(["", "true", "false"]).utf8))
      for (index, cell) in cells.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        for byte in cell { bytes += byte == UInt8(ascii: "\"") ? [byte, byte] : [byte] }
        bytes.append(UInt8(ascii: "\""))
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private mutating func wish() -> LinkWish {
    switch random.number(below: 3) {
    case 0:
      LinkWish(.link, .login(pick(logins + [name()])), userName: name(), reason: text())
    case 1: LinkWish(.unlink, .user(name()), reason: text())
    default: LinkWish(.relink, .user(name()), reason: nil)
    }
  }

  mutating func step() -> EngineStep {
    switch random.number(below: 18) {
    case 0...4:
      changePeople()
      return .run(people)
    case 5: return .failedRun(text())
    case 6...8: return .users(usersFile())
    case 9:
      var edit = UserEdit(
        windowsLogin: pick([nil, "ACME\\\(name())", ""]), isActive: pick([nil, true, false]))
      for field in ProfileField.allCases where random.number(below: 2) == 0 {
        edit.fields[field] = text()
      }
      return .edit(name(), edit)
    case 10...12:
      return .links((0..<1 + random.number(below: 3)).map { _ in wish() })
    case 13: return .undo
    case 14: return .open
    case 15: return .decide(text())
    case 16: return random.number(below: 3) == 0 ? .abandon : .sign(text())
    default: return .keep
    }
  }
}
