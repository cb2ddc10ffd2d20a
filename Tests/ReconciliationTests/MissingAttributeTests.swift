import PluginContract
import TenantCore
import Testing

@testable import Reconciliation

@Suite(
  "What a whole directory does not tell is said once, and blamed on nobody",
  .timeLimit(.minutes(5)))
struct MissingAttributeTests {
  /// Three people of a domain with a mail each, or without.
  private func people(_ domain: String = "ACME", from first: Int = 1, mail: Bool)
    -> [Scenario.Person]
  {
    (first..<first + 3).map { number in
      Scenario.Person(
        login: "p\(number)", mail: mail ? "p\(number)@x" : nil, guid: number, domain: domain)
    }
  }

  private func scenario(_ people: [Scenario.Person], domains: [String] = ["ACME"]) -> Scenario {
    var scenario = Scenario()
    scenario.people = people
    scenario.domains = domains
    scenario.users = [.init(name: "u", login: "ACME\\p1", email: "q@x")]
    return scenario
  }

  @Test("a directory in which nobody has a mail gives one finding and another next step (M4, M11)")
  func mail() async throws {
    let plan = try await scenario(people(mail: false)).plan()
    #expect(
      plan.findings == [
        Finding(
          .attributeMissing, subject: "ACME",
          message: "none of the 3 users has mail, so there was nothing for smtp to compare; "
            + "export them too: name them after ldapsearch's filter, or in ldifde -l")
      ])
    #expect(plan.outcome(of: "p1")?.state == .found)
    let outcome = try #require(plan.outcome(of: "p2"))
    #expect(
      outcome
        == Outcome(
          state: .unmatched,
          reason: Reason(
            code: ReasonCode.noCandidate, matcher: "login", attribute: "sAMAccountName",
            value: "p2", canonical: "p2", detail: "mail")))
    #expect(
      outcome.reason.message(for: .unmatched)
        == "no user of the application has sAMAccountName 'p2', and nobody in the directory has "
        + "mail to compare")
    let step = try #require(outcome.reason.nextStep(for: .unmatched))
    #expect(step.contains("mail") && !step.contains("create the user"))
  }

  @Test("a matcher that compares nothing else has no key value, for the same cause")
  func noKeyValue() async throws {
    var scenario = scenario(people(mail: false))
    scenario.matcher = RuleMatcher([("smtp", 0, ["mail"]), ("employee-id", 1, ["employeeID"])])
    let plan = try await scenario.plan()
    #expect(plan.findings.map(\.code) == [.attributeMissing])
    #expect(
      plan.findings.first?.message.hasPrefix(
        "none of the 3 users has mail or employeeID, so there was nothing for smtp and employee-id "
          + "to compare; ") == true)
    let reason = try #require(plan.outcome(of: "p1")?.reason)
    #expect(reason.code == ReasonCode.noKeyValue && reason.detail == "mail, employeeID")
    #expect(
      reason.message(for: .unmatched)
        == "nobody in the directory has mail, employeeID, so there was nothing to compare")
  }

  @Test("one value is enough, but not that of a row that is left out or invalid")
  func oneValue() async throws {
    var someone = people(mail: false)
    someone[1].mail = "only@x"
    #expect(try await scenario(someone).plan().findings.isEmpty)
    let reason = try #require(try await scenario(someone).plan().outcome(of: "p3")?.reason)
    #expect(reason.detail == nil)
    #expect(reason.nextStep(for: .unmatched)?.contains("create the user") == true)
    var others = people(mail: false)
    others += [
      .init(login: "svc", mail: "s@x", guid: 8, exclusion: .logins),
      .init(login: "bad", mail: "b@x", fault: .missingGUID),
    ]
    #expect(try await scenario(others).plan().findings.map(\.code) == [.attributeMissing])
  }

  @Test("two users without a mail may be chance, three are not")
  func few() async throws {
    let two = Array(people(mail: false).prefix(2))
    #expect(try await scenario(two).plan().findings.isEmpty)
    #expect(try await scenario([]).plan().findings.isEmpty)
  }

  @Test("each directory is judged for itself")
  func directories() async throws {
    let plan = try await scenario(
      people(mail: true) + people("PARTNER", from: 11, mail: false), domains: ["ACME", "PARTNER"]
    ).plan()
    #expect(plan.findings.map(\.subject) == ["PARTNER"])
    #expect(plan.outcome(of: "p2")?.reason.detail == nil)
    #expect(plan.outcome(of: "p12")?.reason.detail == "mail")
  }

  @Test(
    "one rule of a tier is enough, and a rule needs all its attributes",
    arguments: [
      ([("login", 0, ["userPrincipalName"]), ("login", 0, ["sAMAccountName"])], nil),
      ([("smtp", 0, ["mail"]), ("smtp", 0, ["userPrincipalName"])], "mail, userPrincipalName"),
      ([("name", 0, ["sAMAccountName", "sn"])], "sn"), ([("plugin", 0, [])], nil),
    ] as [([(String, Int, [String])], String?)])
  func rules(rules: [(String, Int, [String])], missing: String?) async throws {
    var scenario = scenario(people(mail: false))
    scenario.matcher = RuleMatcher(rules)
    let plan = try await scenario.plan()
    #expect(plan.outcome(of: "p2")?.reason.detail == missing)
    #expect(plan.findings.count == (missing == nil ? 0 : 1))
  }

  @Test("a value that the directory does not tell is not cleared (S3)", arguments: [true, false])
  func clearing(hasOthers: Bool) async throws {
    var scenario = scenario(people(mail: false))
    if hasOthers { scenario.people[2].mail = "p3@x" }
    scenario.blankValues = .clear
    scenario.users = [
      .init(name: "u", login: "ACME\\p1", isLocked: true, recording: [.email: "q@x"])
    ]
    scenario.links = [(1, "u")]
    let changes = try await scenario.plan().userChanges.flatMap(\.recording)
    #expect(changes == (hasOthers ? [FieldChange(.email, old: "q@x", new: nil)] : []))
  }

  @Test(
    "the remedy is that of the directory's source",
    arguments: [
      (Directory.Source.csv(path: "/x"), "Get-ADUser"), (.ldif(path: "/x"), "ldapsearch"),
      (.ldap(Self.settings(port: 3269)), "global catalog"),
      (.ldap(Self.settings(port: nil)), "allow the account that reads"),
    ])
  func remedies(source: Directory.Source, words: String) {
    #expect(AttributeRemedy(Directory(domain: "ACME", source: source)).text.contains(words))
  }

  private static func settings(port: Int?) -> LDAPSettings {
    LDAPSettings(
      hosts: .listed(["dc1"]), port: port,
      bind: .simple(user: "u", password: .environment(name: "P")), rootDN: "DC=acme")
  }
}

/// A matcher of these rules (matcher, tier, attributes) that finds keys in single attributes.
private struct RuleMatcher: Matcher {
  let rules: [KeyRule]
  let fields: [TenantField] = [.email]

  init(_ rules: [(String, Int, [String])]) {
    self.rules = rules.map { matcher, tier, attributes in
      KeyRule(code: "x", matcher: matcher, attributes: attributes, fields: [.email], tier: tier)
    }
  }

  var attributes: [String] { rules.flatMap(\.attributes) }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    var keys = KeyBatch()
    for record in 0..<batch.count {
      for (index, rule) in rules.enumerated() where side == .directory {
        guard rule.attributes.count == 1,
          let value = batch.column(rule.attributes[0])?.canonical.first(of: record)
        else { continue }
        keys.add(value, rule: index)
      }
      keys.endRecord()
    }
    return keys
  }
}
