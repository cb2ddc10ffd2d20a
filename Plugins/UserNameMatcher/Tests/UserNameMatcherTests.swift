import PluginContract
import PluginTesting
import Testing
import UserNameMatcher

@Suite("user-name (M4)")
struct UserNameMatcherTests {
  static let attributes = ["mail", "userPrincipalName", "sAMAccountName"]

  private func trial(_ attribute: String) throws -> MatcherTrial {
    try MatcherTrial(userNameMatcher, options: ["attribute": .string(attribute)])
  }

  @Test("M4: the user name is compared with the chosen attribute only", arguments: attributes)
  func chosen(attribute: String) throws {
    for other in Self.attributes {
      let codes = try trial(attribute).matches(
        directory: [other: ["JSmith"]], tenant: ["userName": [" jsmith "]])
      #expect(codes == (other == attribute ? ["user-name"] : []))
    }
  }

  @Test("M4: without an option it is mail")
  func standard() throws {
    #expect(try MatcherTrial(userNameMatcher).matcher.attributes == ["mail"])
  }

  @Test("an attribute that is none of the three is refused, naming them")
  func unknownAttribute() throws {
    let error = try #require(throws: OptionError.self) { try trial("cn") }
    #expect(error.option == "attribute")
    for attribute in Self.attributes { #expect(error.message.contains(attribute)) }
  }

  @Test("M5: an empty user name equals nothing")
  func empty() throws {
    #expect(try trial("mail").matches(directory: ["mail": [""]], tenant: ["userName": [""]]) == [])
  }

  @Test(
    "a user name that differs is explained by how",
    arguments: [
      ("john smith@acme.example", "near-miss:whitespace"),
      ("j0hnsmith@acme.example", "near-miss:look-alike"),
      ("John <johnsmith@acme.example>", "near-miss:form"),
      ("jöhnsmith@acme.example", "near-miss:accent"),
      ("johnsmith@partner.example", "near-miss:local-part"),
      ("johnsmith", "near-miss:local-part"), ("ajones", nil),
    ])
  func nearMisses(userName: String, code: String?) throws {
    let found = try trial("mail").nearMisses(
      directory: ["mail": ["johnsmith@acme.example"]], tenant: ["userName": [userName]])
    #expect(found.first == code)
  }

  @Test("a login as the user name, with a dot or quotes, is explained by its form")
  func loginForm() throws {
    for userName in ["jsmith.", "\"jsmith\"", "\\jsmith"] {
      let found = try trial("sAMAccountName").nearMisses(
        directory: ["sAMAccountName": ["JSmith"]], tenant: ["userName": [userName]])
      #expect(found.first == "near-miss:form")
    }
  }

  @Test("user-name keeps the contract", arguments: attributes)
  func contract(attribute: String) {
    let context = MatcherContext(
      directories: [.init(domain: "ACME")],
      options: OptionValues(["attribute": .string(attribute)]))
    #expect(MatcherContractSuite(plugin: userNameMatcher, context: context).violations().isEmpty)
  }
}
