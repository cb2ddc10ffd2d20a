import NameMatcher
import PluginContract
import PluginTesting
import Testing

@Suite("name (M4)")
struct NameMatcherTests {
  private func directory(_ first: String, _ last: String) -> [String: [String]] {
    ["givenName": [first], "sn": [last]]
  }

  private func tenant(_ first: String, _ last: String) -> [String: [String]] {
    ["firstName": [first], "lastName": [last]]
  }

  private let trial = Result { try MatcherTrial(nameMatcher) }

  @Test("M4, M5: first and last name match together, trimmed and folded")
  func pair() throws {
    let codes = try trial.get().matches(
      directory: directory("Jörg", " Weiß"), tenant: tenant("JO\u{308}RG ", "WEISS"))
    #expect(codes == ["name-pair"])
    let keys = try trial.get().directoryKeys([directory("John", "Smith")])
    #expect(keys.texts(of: 0) == ["0 john smith"])
  }

  @Test(
    "M5: name needs both parts",
    arguments: [("", ""), ("John", ""), ("", "Smith"), (" ", "Smith"), ("John", "\u{3000}")])
  func bothParts(first: String, last: String) throws {
    let codes = try trial.get().matches(
      directory: directory(first, last), tenant: tenant(first, last))
    #expect(codes.isEmpty)
    #expect(try trial.get().tenantKeys([tenant(first, last)]).texts(of: 0).isEmpty)
    let oneColumn = try trial.get().directoryKeys([["givenName": ["John"]], ["sn": ["Smith"]]])
    #expect(oneColumn.keys.valueCount == 0)
  }

  @Test("the border between the names counts")
  func border() throws {
    let codes = try trial.get().matches(
      directory: directory("Anna Lena", "Maier"), tenant: tenant("Anna", "Lena Maier"))
    #expect(codes.isEmpty)
  }

  @Test("a name that holds the separator fails: it could pose as another")
  func separator() throws {
    let posing = directory("a\u{1F}b", "c")
    #expect(try trial.get().matches(directory: posing, tenant: tenant("a", "b\u{1F}c")).isEmpty)
    #expect(try trial.get().directoryKeys([posing]).verdicts[0] != nil)
  }

  @Test(
    "a name that differs is explained by how",
    arguments: [
      ("Annalena", "Müller", "near-miss:whitespace"),
      ("Annа Lena", "Müller", "near-miss:look-alike"),
      ("Аnnalena", "Müller", "near-miss:look-alike"),
      ("Anna Lena", "ＭÜＬＬＥＲ", "near-miss:look-alike"),
      ("Anna Lena", "Muller", "near-miss:accent"),
      ("Müller", "Anna Lena", "near-miss:transposed-name"), ("Anna", "Müller", nil),
    ])
  func nearMisses(first: String, last: String, code: String?) throws {
    let found = try trial.get().nearMisses(
      directory: directory("Anna Lena", "Müller"), tenant: tenant(first, last))
    #expect(found.first == code)
  }

  @Test("name keeps the contract")
  func contract() { #expect(MatcherContractSuite(plugin: nameMatcher).violations().isEmpty) }
}
