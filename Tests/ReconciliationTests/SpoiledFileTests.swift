import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite("What a file can spoil is not written", .timeLimit(.minutes(5)))
struct SpoiledFileTests {
  private let recorded: [ProfileField: String] = [
    .firstName: "Zoë", .lastName: "Müller", .employeeId: "007", .email: "zoë@x",
  ]
  private let person = Scenario.Person(
    login: "zo?", mail: "zo?@x", guid: 1, first: "ZoÃ«", last: "M?ller", employeeID: "7")

  private func linked(_ user: Scenario.User) -> Scenario {
    var scenario = Scenario()
    scenario.people = [person]
    scenario.users = [user]
    scenario.links = [(1, user.name)]
    return scenario
  }

  @Test("the recorded values stay, a finding names each, and a second run says the same (S7)")
  func kept() async throws {
    let scenario = linked(
      .init(name: "u", login: "ACME\\zoë", isLocked: true, recording: recorded))
    for _ in 1...2 {
      let plan = try await scenario.plan()
      #expect(plan.changesNothing)
      let findings = plan.findings.filter { $0.code == .conflict }
      #expect(findings.map(\.subject) == Array(repeating: "u", count: 5))
      #expect(
        findings.map { $0.message.prefix { $0 != ":" } } == [
          "firstName 'ZoÃ«' of the file was not written, 'Zoë' stays",
          "lastName 'M?ller' of the file was not written, 'Müller' stays",
          "employeeId '7' of the file was not written, '007' stays",
          "email 'zo?@x' of the file was not written, 'zoë@x' stays",
          "windowsLogin 'zo?' of the file was not written, 'zoë' stays",
        ])
      #expect(findings[1].message.contains("Export-Csv -Encoding UTF8"))
      #expect(findings[2].message.contains("a spreadsheet treated it as a number"))
    }
  }

  @Test("a live directory is believed (S7)")
  func live() async throws {
    var scenario = linked(
      .init(name: "u", login: "ACME\\zoë", isLocked: true, recording: recorded))
    scenario.source = .ldap(
      LDAPSettings(
        hosts: .discovered, bind: .simple(user: "u", password: .environment(name: "P")),
        rootDN: "DC=acme"))
    let change = try #require(try await scenario.plan().userChanges.first)
    #expect(change.recording.map(\.new) == ["ZoÃ«", "M?ller", "7", "zo?@x"])
    #expect(change.windowsLogin?.new == "ACME\\zo?")
  }

  @Test("with nothing recorded the value that counts is looked at; with none, the file's is taken")
  func firstValues() async throws {
    let plan = try await linked(
      .init(name: "u", isLocked: true, last: "Müller", employeeID: "008")
    ).plan()
    let change = try #require(plan.userChanges.first)
    #expect(
      change.recording == [
        FieldChange(.firstName, old: nil, new: "ZoÃ«"),
        FieldChange(.employeeId, old: nil, new: "7"),
        FieldChange(.email, old: nil, new: "zo?@x"),
      ])
    #expect(change.windowsLogin?.new == "ACME\\zo?")
    #expect(plan.findings.filter { $0.code == .conflict }.map(\.subject) == ["u"])
  }

  @Test("a thousand spoiled names are not a thousand findings")
  func bounded() async throws {
    var scenario = Scenario()
    for number in 1...1000 {
      scenario.people.append(.init(login: "l\(number)", guid: number, last: "M?ller"))
      scenario.users.append(
        .init(
          name: "u\(number)", login: "ACME\\l\(number)", isLocked: true,
          recording: [.lastName: "Müller"]))
      scenario.links.append((number, "u\(number)"))
    }
    let plan = try await scenario.plan()
    #expect(plan.changesNothing)
    let findings = plan.findings.filter { $0.code == .conflict }
    #expect(findings.count == 51)
    #expect(findings.last?.message.hasPrefix("950 more values") == true)
  }
}
