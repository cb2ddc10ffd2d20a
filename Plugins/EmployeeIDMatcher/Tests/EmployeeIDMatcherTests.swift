import EmployeeIDMatcher
import PluginContract
import PluginTesting
import Testing

@Suite("employee-id (M4)")
struct EmployeeIDMatcherTests {
  private func matches(_ directory: String, _ tenant: String) throws -> [String] {
    try MatcherTrial(employeeIDMatcher).matches(
      directory: ["employeeID": [directory]], tenant: ["employeeId": [tenant]])
  }

  @Test(
    "M4, M5: equal IDs match, trimmed and in any case",
    arguments: [("0042", "0042"), (" E-17b ", "e-17B"), ("٤٢", "٤٢")])
  func equal(directory: String, tenant: String) throws {
    #expect(try matches(directory, tenant) == ["employee-id"])
  }

  @Test(
    "IDs are text: what differs in a digit or a zero is another person",
    arguments: [("0042", "42"), ("42", "42.0"), ("4 2", "42"), ("", ""), (" ", " "), ("42", "")])
  func different(directory: String, tenant: String) throws {
    #expect(try matches(directory, tenant).isEmpty)
  }

  @Test("spaces inside are a near miss")
  func spaces() throws {
    let codes = try MatcherTrial(employeeIDMatcher).nearMisses(
      directory: ["employeeID": ["00 42"]], tenant: ["employeeId": ["0042"]])
    #expect(codes.first == "near-miss:whitespace")
  }

  @Test(
    "an ID that differs is explained by how, in either direction",
    arguments: [
      ("0042", "42", ["near-miss:number-format"]), ("42", "42.0", ["near-miss:number-format"]),
      ("123000", "1.23E+05", ["near-miss:number-format"]),
      ("1234567", "1,234,567", ["near-miss:number-format"]),
      ("E-17", "E–17", ["near-miss:look-alike"]), ("E17", "Е17", ["near-miss:look-alike"]),
      ("O42", "042", ["near-miss:look-alike"]), ("42", "43", []), ("E042", "E42", []),
      ("123456789012", "1.23457E+11", []),
    ])
  func nearMisses(directory: String, tenant: String, codes: [String]) throws {
    for (here, there) in [(directory, tenant), (tenant, directory)] {
      let found = try MatcherTrial(employeeIDMatcher).nearMisses(
        directory: ["employeeID": [here]], tenant: ["employeeId": [there]])
      #expect(found == codes)
    }
  }

  @Test("an ID longer than a key fails its record and leaves the others alone")
  func longID() throws {
    let long = String(repeating: "7", count: 2_000)
    let keys = try MatcherTrial(employeeIDMatcher).directoryKeys([
      ["employeeID": [long]], ["employeeID": ["42"]],
    ])
    #expect(keys.texts(of: 1) == ["0 42"])
    guard case .fail(let message) = keys.verdicts[0] else {
      Issue.record("no failure")
      return
    }
    #expect(message.contains("2000"))
  }

  @Test("employee-id keeps the contract")
  func contract() { #expect(MatcherContractSuite(plugin: employeeIDMatcher).violations().isEmpty) }
}
