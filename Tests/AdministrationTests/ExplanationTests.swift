import Testing

@testable import Administration

@Suite("The text of an explanation (R7)")
struct ExplanationTests {
  @Test(
    "a sentence begins with a capital letter, an attribute's name stays itself",
    arguments: [
      ("nobody has mail 'x'", "Nobody has mail 'x'"),
      ("sAMAccountName 'jdoe' matches 'i.jdoe'", "sAMAccountName 'jdoe' matches 'i.jdoe'"),
      ("givenName+sn 'Max Müller' matches", "givenName+sn 'Max Müller' matches"), ("", ""),
    ])
  func firstLetter(text: String, sentence: String) { #expect(text.capitalizedFirst == sentence) }
}
