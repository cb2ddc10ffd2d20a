import LoginMatcher
import PluginContract
import PluginTesting
import Testing

@Suite("Near misses of login")
struct LoginLikenessTests {
  private let trial = Result {
    try MatcherTrial(
      loginMatcher,
      directories: [.init(domain: "ACME", dnsDomain: "acme.example"), .init(domain: "PARTNER")])
  }

  @Test(
    "a login that differs is explained by how",
    arguments: [
      ("OTHER\\jsmith", "near-miss:domain"), ("PARTNER\\jsmith", "near-miss:domain"),
      ("ACME\\j smith", "near-miss:whitespace"), ("ACME \\jsmith", "near-miss:whitespace"),
      ("ACME\\j\u{200B}smith", "near-miss:whitespace"),
      ("acme.example\\js\u{AD}mith", "near-miss:whitespace"),
      ("ACME\\jsmíth", "near-miss:accent"), ("jsmith", "domain-missing"),
    ])
  func login(login: String, code: String) throws {
    let codes = try trial.get().nearMisses(
      directory: ["sAMAccountName": ["jsmith"]], tenant: ["windowsLogin": [login]])
    #expect(codes.first == code)
  }

  @Test(
    "a UPN that differs is explained by how",
    arguments: [
      ("john@other.example", "near-miss:domain"), ("jo hn@acme.example", "near-miss:whitespace"),
      ("jöhn@acme.example", "near-miss:accent"),
    ])
  func principal(login: String, code: String) throws {
    let record = ["sAMAccountName": ["x"], "userPrincipalName": ["john@acme.example"]]
    let codes = try trial.get().nearMisses(directory: record, tenant: ["windowsLogin": [login]])
    #expect(codes == [code])
  }

  @Test("a user without a Windows login is found by the first part of the email")
  func email() throws {
    let codes = try trial.get().nearMisses(
      directory: ["sAMAccountName": ["jsmith"]], tenant: ["email": ["JSmith@acme.example"]])
    #expect(codes == ["near-miss:local-part"])
  }

  @Test("somebody else altogether is no near miss")
  func stranger() throws {
    let codes = try trial.get().nearMisses(
      directory: ["sAMAccountName": ["jsmith"], "userPrincipalName": ["js@acme.example"]],
      tenant: ["windowsLogin": ["ACME\\ajones"], "email": ["ajones@acme.example"]])
    #expect(codes.isEmpty)
  }
}
