import PluginContract
import PluginTesting
import SMTPMatcher
import Testing

@Suite("smtp (M4)")
struct SMTPMatcherTests {
  private let john = [
    "mail": ["J.Smith@acme.example"],
    "proxyAddresses": [
      "X500:/o=Acme/cn=jsmith", "smtp:john@acme.example", "SMTP:j.smith@ACME.example",
      "sip:talk@acme.example", "smtp: John.Smith@acme.example",
    ],
  ]

  private func trial(proxies: Bool) throws -> MatcherTrial {
    try MatcherTrial(smtpMatcher, options: ["proxyAddresses": .boolean(proxies)])
  }

  @Test("M4, M5: the email is compared with mail, trimmed and in any case")
  func primary() throws {
    let codes = try trial(proxies: false).matches(
      directory: john, tenant: ["email": [" j.smith@ACME.EXAMPLE"]])
    #expect(codes == ["smtp-primary"])
  }

  @Test("M4: other addresses count only where the option says so")
  func proxiesAreOptional() throws {
    let user = ["email": ["john@acme.example"]]
    #expect(try trial(proxies: false).matches(directory: john, tenant: user).isEmpty)
    #expect(try trial(proxies: true).matches(directory: john, tenant: user) == ["smtp-proxy"])
    #expect(try MatcherTrial(smtpMatcher).matcher.attributes == ["mail"])
  }

  @Test(
    "an address of another type is no mail address",
    arguments: ["talk@acme.example", "/o=acme/cn=jsmith", "sip:talk@acme.example"])
  func otherTypes(email: String) throws {
    #expect(try trial(proxies: true).matches(directory: john, tenant: ["email": [email]]).isEmpty)
  }

  @Test("an address that is mail too is the primary one, and a key says which value made it")
  func keys() throws {
    let keys = try trial(proxies: true).directoryKeys([john])
    #expect(
      keys.texts(of: 0) == [
        "0 j.smith@acme.example", "1 john@acme.example", "1 john.smith@acme.example",
      ])
    #expect(keys.valueIndexes == [0, 1, 4])
  }

  @Test("M5: an empty address equals nothing, not even an empty one")
  func empty() throws {
    for record in [["mail": [""]], ["mail": ["  "]], ["proxyAddresses": ["smtp:", "SMTP: "]], [:]] {
      let trial = try trial(proxies: true)
      #expect(try trial.matches(directory: record, tenant: ["email": [""]]).isEmpty)
      #expect(try trial.directoryKeys([record]).texts(of: 0).isEmpty)
    }
  }

  @Test("M5: accents are kept")
  func accents() throws {
    let trial = try trial(proxies: false)
    let record = ["mail": ["müller@acme.example"]]
    #expect(try trial.matches(directory: record, tenant: ["email": ["muller@acme.example"]]) == [])
    let decomposed = ["email": ["MU\u{308}LLER@acme.example"]]
    #expect(try trial.matches(directory: record, tenant: decomposed) == ["smtp-primary"])
  }

  @Test(
    "an address that differs is explained by how",
    arguments: [
      ("j.smith@ acme.example", "near-miss:whitespace"),
      ("j.smíth@acme.example", "near-miss:accent"),
      ("j․smith@acme.example", "near-miss:look-alike"),
      ("j.smith＠acme.example", "near-miss:look-alike"),
      ("j.smıth@ acme.example", "near-miss:look-alike"),
      ("John Smith <j.smith@acme.example>", "near-miss:form"),
      ("mailto:j.smith@acme.example", "near-miss:form"),
      ("other@acme.example; J.Smith@acme.example", "near-miss:form"),
      ("j.smith@acme.example.", "near-miss:form"), ("<j․smith@acme.example>", "near-miss:form"),
      ("j.smith@partner.example", "near-miss:local-part"), ("a.jones@acme.example", nil),
    ])
  func nearMisses(email: String, nearest: String?) throws {
    for proxies in [false, true] {
      let found = try trial(proxies: proxies).nearMisses(
        directory: ["mail": ["j.smith@acme.example"]], tenant: ["email": [email]])
      #expect(found.first == nearest)
    }
  }

  @Test("a domain in IDNA's form is the same in Unicode, in either direction")
  func internationalDomain() throws {
    let names = ["jo@bücher.example", "jo@xn--bcher-kva.example"]
    for (here, there) in [(names[0], names[1]), (names[1], names[0])] {
      let found = try trial(proxies: false).nearMisses(
        directory: ["mail": [here]], tenant: ["email": [there]])
      #expect(found.first == "near-miss:form")
    }
  }

  @Test("smtp keeps the contract", arguments: [false, true])
  func contract(proxies: Bool) {
    let context = MatcherContext(
      directories: [.init(domain: "ACME")],
      options: OptionValues(["proxyAddresses": .boolean(proxies)]))
    #expect(MatcherContractSuite(plugin: smtpMatcher, context: context).violations().isEmpty)
  }
}
