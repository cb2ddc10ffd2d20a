import Administration
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

@Suite(.timeLimit(.minutes(5))) struct UserTests {
  let fixture = Fixture()

  func importing(_ text: String, into store: TenantStore, skip: Bool = false) async throws
    -> ImportReport
  {
    try await store.importUsers(
      file: try fixture.write(text), skipInvalid: skip, actor: "alice", at: Fixture.moment)
  }

  @Test func `an import adds users, and again changes none (S3)`() async throws {
    let store = try await fixture.imported()
    let users = try await store.users()
    #expect((0..<users.count).map { users.userName(of: $0) } == ["bob", "jsmith", "Äda"])
    #expect(users.batches[0].isActive == [false, true, true])
    #expect(users.text(.email, of: 2) == "ada@acme.example")
    #expect(users.batches[0].records.column("userName")?.canonical.text(of: 2) == "äda")
    let again = try await importing(Fixture.usersCSV, into: store)
    #expect(again == ImportReport(unchanged: 3))
    #expect(try await store.changes(before: nil, ofLogin: nil, limit: .max).count == 3)
  }

  @Test func `a changed user is updated by folded name; a missing column leaves its field`()
    async throws
  {
    let store = try await fixture.imported()
    let report = try await importing("EMAIL,userName\nnew@acme.example,BOB\n", into: store)
    #expect(report.updated == 1 && report.added == 0)
    let bob = try #require(try await store.user(named: "bob"))
    #expect(bob.userName == "BOB" && !bob.isActive && bob.effective(.firstName) == "Bob")
    #expect(bob.effective(.email) == "new@acme.example")
  }

  @Test(arguments: [
    ("userName,nick\nx,y\n", ":1: unknown column 'nick'; known columns are userName,"),
    ("email\nx\n", ":1: the required column 'userName' is missing"),
    ("userName\n\" \"\n", ":2: userName is empty"),
    ("userName,active\nx,maybe\n", ":2: active is 'maybe'"),
    ("userName,email\nx\n", ":2: 1 fields, but the header has 2"),
    ("userName\nx\ny\nX\n", ":4: userName 'X' is already in line 2"),
    ("userName\n\"x\n", ":2: a quoted field is not closed"),
    ("", ":1: the file is empty"),
    ("userName\n" + String(repeating: "x", count: 5000) + "\n", ":2: userName has 5000 bytes"),
  ])
  func `a bad users file is refused with the line, and nothing is imported`(
    text: String, message: String
  ) async throws {
    let store = try fixture.open()
    let error = await #expect(throws: StoreError.self) {
      _ = try await importing(text, into: store)
    }
    #expect(error?.code == .usersFile && error?.message.contains(message) == true)
    #expect(try await store.users().count == 0)
  }

  @Test func `bad rows can be skipped; all are named`() async throws {
    let store = try fixture.open()
    let report = try await importing(
      "userName,active\n,\nok,\nx,perhaps\n", into: store, skip: true)
    #expect(report.added == 1 && report.skipped.count == 2)
  }

  @Test func `an import accepts duplicate values and lists them (S4)`() async throws {
    let store = try fixture.open()
    let rows = (1...7).map { "u\($0),same@x" }.joined(separator: "\n")
    let report = try await importing("userName,email\n" + rows, into: store)
    #expect(report.findings.map(\.code) == [.duplicateValue])
    #expect(report.findings.first?.message.hasSuffix("u1, u2, u3, u4, u5 and 2 more") == true)
  }

  @Test func `a locked Windows login is left alone by import and edit (S2)`() async throws {
    let store = try await fixture.synced()
    let report = try await importing("userName,windowsLogin\njsmith,ACME\\other\n", into: store)
    #expect(report.findings.map(\.code) == [.lockedLogin] && report.unchanged == 1)
    let error = await #expect(throws: StoreError.self) {
      try await store.edit(
        "jsmith", UserEdit(windowsLogin: "ACME\\x"), actor: "alice", at: Fixture.moment)
    }
    #expect(error?.code == .notAvailable && error?.message.contains("ACME\\JSmith") == true)
  }

  @Test func `an edit writes the override profile, which counts first (S1)`() async throws {
    let store = try await fixture.synced()
    let edit = UserEdit(fields: [.email: "boss@acme.example"], isActive: false)
    try await store.edit("JSmith", edit, actor: "alice", at: Fixture.moment)
    let users = try await store.users()
    #expect(users.text(.email, of: 1) == "boss@acme.example")
    #expect(users.text(.email, in: .recording, of: 1) == "j@acme.example")
    #expect(users.text(.email, in: .acd, of: 1) == "old@acme.example")
    let change = try #require(
      try await store.changes(before: nil, ofLogin: nil, limit: 1).first?.change)
    #expect(change.kind == .edited && change.comment == "made inactive")
    try await store.edit(
      "jsmith", UserEdit(fields: [.email: ""]), actor: "alice", at: Fixture.moment)
    #expect(try await store.user(named: "jsmith")?.effective(.email) == "j@acme.example")
  }

  @Test func `an edit refuses a value that another user holds, by name (S4)`() async throws {
    let store = try await fixture.imported()
    let error = await #expect(throws: StoreError.self) {
      try await store.edit(
        "bob", UserEdit(fields: [.email: "ADA@acme.example "]), actor: "a", at: Fixture.moment)
    }
    #expect(error?.message.contains("'Äda'") == true)
    let unknown = await #expect(throws: StoreError.self) {
      try await store.edit("nobody", UserEdit(isActive: true), actor: "a", at: Fixture.moment)
    }
    #expect(unknown?.code == .notAvailable)
  }

  @Test func `users of a file are overlaid by what the store holds`() async throws {
    let fixture = Fixture(usersFile: true)
    try fixture.write(Fixture.usersCSV)
    let store = try fixture.open()
    let users = try await store.users()
    #expect(users.batches[0].ids == [0, 0, 0])
    _ = try await store.apply(try fixture.firstPlan(users), run: Fixture.run(1, 2))
    try fixture.write(Fixture.usersCSV.replacing("ACME\\jsmith", with: "ACME\\other"))
    let later = try await store.users()
    #expect(later.id(of: 1) != 0 && later.batches[0].isLoginLocked == [false, true, false])
    #expect(later.text(.windowsLogin, of: 1) == "ACME\\jsmith")
    #expect(later.text(.email, of: 1) == "j@acme.example")
    #expect(later.text(.email, in: .acd, of: 1) == "old@acme.example")
    try fixture.write("userName\nbob\n")
    #expect(try await store.users(after: nil, limit: .max).map(\.userName) == ["bob"])
    #expect(try await store.user(named: "jsmith")?.link?.login == "JSmith")
    let error = await #expect(throws: StoreError.self) {
      try await store.edit("bob", UserEdit(isActive: true), actor: "a", at: Fixture.moment)
    }
    #expect(error?.code == .usage)
  }

  @Test func `users come in full batches but the last`() async throws {
    let store = try fixture.open()
    let rows = (0..<5000).map { "u\($0)" }.joined(separator: "\n")
    _ = try await importing("userName\n" + rows, into: store)
    let users = try await store.users()
    #expect(users.batches.map(\.records.count) == [4096, 904] && users.count == 5000)
    #expect(users.userName(of: 1) == "u1" && users.userName(of: 4999) == "u999")
  }
}
