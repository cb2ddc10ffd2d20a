import Administration
import GRDB
import Harness
import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import TenantStore

/// Packed changes against the changes themselves, which are the obvious form.
@Suite(.timeLimit(.minutes(5))) struct ChangeBatchTests {
  let fixture = Fixture()

  private static func unpacked(_ bytes: [UInt8]) throws -> [ChangeRecord] {
    var unpacker = try ChangeUnpacker(bytes)
    return try (0..<unpacker.count).map { _ in
      try unpacker.next()
      return ChangeRecord(
        kind: unpacker.kind, at: Fixture.moment, actor: "alice", userName: unpacker.userName,
        guid: unpacker.guid, domain: unpacker.domain, login: unpacker.login,
        fields: unpacker.fields, comment: unpacker.comment)
    }
  }

  private static func packed(_ changes: [ChangeRecord]) -> [UInt8] {
    var packer = ChangePacker()
    for change in changes {
      packer.append(
        change.kind, userName: change.userName.utf8, guid: change.guid, domain: change.domain,
        login: change.login.map { Array($0.utf8)[...] },
        fields: change.fields.map { FieldBytes($0) },
        comment: change.comment)
    }
    return packer.finish().bytes
  }

  @Test func `any changes come out of a batch as they went in (T5)`() throws {
    var random = SeededGenerator(seed: 20_261_129)
    for _ in 0..<2000 {
      let changes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        RandomChange.make(&random)
      }
      #expect(try Self.unpacked(Self.packed(changes)) == changes)
    }
  }

  @Test func `the changes of a run take a fraction of their text`() throws {
    let changes = try (0..<1000).map { number in
      let login = "p.hoffmann\(1000 + number)"
      return ChangeRecord(
        kind: .linked, at: Fixture.moment, actor: "alice", userName: "user\(1000 + number)",
        guid: try Fixture.guid(UInt8(number % 255 + 1)), domain: "CORP", login: login,
        fields: [
          FieldChange(.firstName, old: nil, new: ["Paul", "Zoë"][number % 2]),
          FieldChange(.email, old: nil, new: "\(login)@corp.example.com"),
          FieldChange(.windowsLogin, old: "CORP\\\(login.uppercased())", new: "CORP\\\(login)"),
        ])
    }
    #expect(Self.packed(changes).count < 1000 * 60)
  }

  @Test func `what is no batch is an error in words, whatever its bytes`() throws {
    var random = SeededGenerator(seed: 7)
    let whole = Self.packed((0..<20).map { _ in RandomChange.make(&random) })
    for length in 0..<whole.count {
      #expect(throws: StoreError.self) { try Self.unpacked(Array(whole[..<length])) }
    }
    for _ in 0..<2000 {
      var broken = whole
      broken[Int.random(in: broken.indices, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
      do { _ = try Self.unpacked(broken) } catch { #expect(error is StoreError) }
    }
  }

  @Test func `a history of single and packed changes is paged by number, the latest first`()
    async throws
  {
    let store = try fixture.open()
    let expected = try await Self.fill(store)
    for size in [1, 7, 1000, 5000] {
      var found: [NumberedChange] = []
      var before: Int64?
      while true {
        let page = try await store.changes(before: before, ofLogin: nil, limit: size)
        guard let last = page.last else { break }
        #expect(page.count <= size)
        found += page
        before = last.number
        if size == 1, found.count > 40 { break }
      }
      #expect(found == Array(expected.reversed().prefix(found.count)))
      #expect(size == 1 || found.count == expected.count)
    }
    let numbers: [Int64] = [2500, 3, 1, 2000, 99_999, 1026]
    let byNumber = try await store.changes(numbers: numbers)
    #expect(byNumber == numbers.compactMap { number in expected.first { $0.number == number } })
    let subjects = Mutex<[ChangeSubject]>([])
    try await store.forEachChangeSubject(after: 1500) { subject in
      subjects.withLock { $0.append(subject) }
    }
    #expect(
      subjects.withLock { $0 }
        == expected.filter { $0.number > 1500 }.map {
          ChangeSubject(
            number: $0.number, guid: $0.change.guid, userKey: CanonicalText.of($0.change.userName))
        })
    let login = try await store.changes(before: nil, ofLogin: LoginName("ACME\\l7"), limit: .max)
    #expect(login == expected.reversed().filter { $0.change.login == "l7" })
    #expect(try await store.revision().change == expected.last?.number)
  }

  /// Two batches and more between single changes.
  private static func fill(_ store: TenantStore) async throws -> [NumberedChange] {
    let changes = (0..<2503).map { number in
      ChangeRecord(
        kind: number % 2 == 0 ? .linked : .updated, run: 1 <= number && number <= 2500 ? 4 : nil,
        at: Fixture.moment, actor: "alice", userName: "U\(number)",
        domain: "ACME", login: "l\(number % 100)",
        fields: [FieldChange(.email, old: nil, new: "u\(number)@acme.example")])
    }
    try await store.write { database in
      var single = try ChangeWriter(database)
      try single.append(changes[0])
      var packed = try ChangeBatchWriter(
        ChangeBatchWriter.Origin(run: 4, at: Fixture.moment, actor: "alice"), database)
      for change in changes[1...2500] {
        try packed.append(
          change.kind, userName: change.userName.utf8, domain: change.domain,
          login: change.login.map { Array($0.utf8)[...] },
          fields: change.fields.map { FieldBytes($0) })
      }
      try packed.finish()
      for change in changes[2501...] { try single.append(change) }
    }
    return changes.enumerated().map { NumberedChange(number: Int64($0 + 1), change: $1) }
  }
}

/// A change of any kind, with texts that are alike, empty, or not ASCII.
private enum RandomChange {
  static func make(_ random: inout SeededGenerator) -> ChangeRecord {
    func text() -> String {
      let parts = ["", "a", "ab", "Müller", "müller@x.example", "CORP\\", "jsmith", "\u{0}", "日本"]
      return (0..<Int.random(in: 0...3, using: &random)).map { _ in
        parts.randomElement(using: &random) ?? ""
      }.joined()
    }
    func optional() -> String? { Bool.random(using: &random) ? text() : nil }
    // What a change is not about is absent.
    func named() -> String? { optional().flatMap { $0.isEmpty ? nil : $0 } }
    let kind = ChangeRecord.Kind.allCases.randomElement(using: &random) ?? .linked
    var change = ChangeRecord(kind: kind, at: Fixture.moment, actor: "alice", userName: text())
    if Bool.random(using: &random) {
      change.guid = ObjectGUID(
        bytes: (0..<16).map { _ in UInt8.random(in: 1...255, using: &random) })
    }
    (change.domain, change.login, change.comment) = (named(), named(), named())
    change.fields = TenantField.allCases.shuffled(using: &random).prefix(
      Int.random(in: 0...6, using: &random)
    ).map { FieldChange($0, old: optional(), new: optional()) }
    return change
  }
}
