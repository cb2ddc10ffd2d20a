import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("What a sync changes in tenant users", .timeLimit(.minutes(5)))
struct ChangeTests {
  private func linked(_ person: Scenario.Person, _ user: Scenario.User) -> Scenario {
    var scenario = Scenario()
    scenario.people = [person]
    scenario.users = [user]
    scenario.links = [(1, user.name)]
    return scenario
  }

  @Test("the recording profile takes the four fields and no other (S1)")
  func fourFields() async throws {
    let plan = try await linked(
      .init(login: "a", mail: "a@x", guid: 1, first: "Ann", last: "Lee", employeeID: "7"),
      .init(name: "u", login: "ACME\\a", isLocked: true)
    ).plan()
    let change = try #require(plan.userChanges.first)
    #expect(change.recording.map(\.field) == [.firstName, .lastName, .employeeId, .email])
    #expect(change.recording.map(\.new) == ["Ann", "Lee", "7", "a@x"])
    #expect(change.windowsLogin == nil)
  }

  @Test("an unchanged user is not updated, missing and empty being the same (S3)")
  func unchanged() async throws {
    let plan = try await linked(
      .init(login: "a", mail: "a@x", guid: 1),
      .init(name: "u", login: "ACME\\a", isLocked: true, recording: [.email: "a@x"])
    ).plan()
    #expect(plan.changesNothing)
  }

  @Test("a blank value keeps or clears as configured (S3)")
  func blanks() async throws {
    var scenario = linked(
      .init(login: "a", guid: 1),
      .init(name: "u", login: "ACME\\a", isLocked: true, recording: [.email: "a@x"]))
    #expect(try await scenario.plan().changesNothing)
    scenario.blankValues = .clear
    #expect(
      try await scenario.plan().userChanges.first?.recording
        == [FieldChange(.email, old: "a@x", new: nil)])
  }

  @Test("the Windows login becomes the directory's on linking and follows a rename (S2)")
  func windowsLogin() async throws {
    let plan = try await linked(
      .init(login: "new", guid: 1), .init(name: "u", login: "ACME\\old", isLocked: true)
    ).plan()
    #expect(
      plan.userChanges.first?.windowsLogin
        == FieldChange(.windowsLogin, old: "ACME\\old", new: "ACME\\new"))
  }

  @Test("a Windows login that an earlier version lost is set again, and a finding says why (S2)")
  func restoredLogin() async throws {
    let plan = try await linked(
      .init(login: "a", guid: 1), .init(name: "u", login: nil, isLocked: true)
    ).plan()
    #expect(
      plan.userChanges == [
        UserChange(
          user: 0, row: 0, windowsLogin: FieldChange(.windowsLogin, old: nil, new: "ACME\\a"))
      ])
    #expect(plan.findings.map(\.code) == [.restoredLogin])
  }

  @Test("a value that another user holds is skipped, the rest goes on (S4)")
  func heldValue() async throws {
    var scenario = linked(
      .init(login: "a", mail: "Held@x", guid: 1, first: "Ann"), .init(name: "u", isLocked: true))
    scenario.users.append(.init(name: "holder", email: "held@X "))
    let plan = try await scenario.plan()
    #expect(plan.userChanges.first?.recording.map(\.field) == [.firstName])
    let finding = try #require(plan.findings.first { $0.code == .conflict })
    #expect(finding.subject == "u")
    #expect(finding.message.contains("'holder'"))
  }

  @Test("a mail handed from one user to another in one run moves (S4)")
  func handedOver() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "a", mail: "new@x", guid: 1), .init(login: "b", mail: "shared@x", guid: 2),
    ]
    scenario.users = [
      .init(name: "ua", isLocked: true, recording: [.email: "shared@x"]),
      .init(name: "ub", isLocked: true, recording: [.email: "b@x"]),
    ]
    scenario.links = [(1, "ua"), (2, "ub")]
    let plan = try await scenario.plan()
    let emails = plan.userChanges.flatMap(\.recording).filter { $0.field == .email }.map(\.new)
    #expect(emails == ["new@x", "shared@x"])
    #expect(!plan.findings.contains { $0.code == .conflict })
  }

  @Test("where several would newly hold one value, none takes it; who cannot leave, stays (S4)")
  func nobodyTakesIt() async throws {
    var scenario = Scenario()
    scenario.people = [
      .init(login: "a", mail: "same@x", guid: 1), .init(login: "b", mail: "same@x", guid: 2),
      .init(login: "c", mail: "a@x", guid: 3),
    ]
    scenario.users = [
      .init(name: "ua", isLocked: true, recording: [.email: "a@x"]),
      .init(name: "ub", isLocked: true, recording: [.email: "b@x"]),
      .init(name: "uc", isLocked: true, recording: [.email: "c@x"]),
    ]
    scenario.links = [(1, "ua"), (2, "ub"), (3, "uc")]
    let plan = try await scenario.plan()
    #expect(plan.userChanges.flatMap(\.recording).isEmpty)
    #expect(
      plan.findings.filter { $0.code == .conflict && $0.message.hasPrefix("email") }.compactMap(
        \.subject
      ).sorted()
        == ["ua", "ub", "uc"])
  }

  @Test("a change of case only is an update, not a conflict (S4)")
  func caseOnly() async throws {
    let plan = try await linked(
      .init(login: "a", mail: "Ann@x", guid: 1),
      .init(name: "u", login: "ACME\\a", isLocked: true, recording: [.email: "ann@x"])
    ).plan()
    #expect(plan.userChanges.first?.recording.first?.new == "Ann@x")
  }

  @Test("a profile of higher precedence hides a value, and then it is nobody's conflict (S1, S4)")
  func overrideHides() async throws {
    var scenario = linked(
      .init(login: "a", mail: "held@x", guid: 1),
      .init(name: "u", login: "ACME\\a", isLocked: true, override: [.email: "own@x"]))
    scenario.users.append(.init(name: "holder", email: "held@x"))
    let plan = try await scenario.plan()
    #expect(plan.userChanges.first?.recording.first?.new == "held@x")
    #expect(!plan.findings.contains { $0.code == .conflict })
  }

  @Test("nothing is taken from a record that cannot be used (M14)")
  func faultyRecord() async throws {
    let plan = try await linked(
      .init(login: "a", mail: "a@x", guid: 1, fault: .undecodable(attribute: "mail")),
      .init(name: "u", isLocked: true)
    ).plan()
    #expect(plan.outcome(of: "a")?.state == .linked)
    #expect(plan.userChanges.isEmpty)
  }
}
