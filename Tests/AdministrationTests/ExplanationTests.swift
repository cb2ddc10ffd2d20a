import Testing

@testable import Administration

@Suite("The text of an explanation (R7)")
struct ExplanationTests {
  @Test(
    "a sentence begins with a capital letter, an attribute's name stays itself",
    arguments: [
      ("nobody has mail 'x'", "Nobody has mail 'x'"),
      ("sAMAccountName 'jdoe' fits 'i.jdoe'", "sAMAccountName 'jdoe' fits 'i.jdoe'"),
      ("givenName+sn 'Max Müller' fits", "givenName+sn 'Max Müller' fits"), ("", ""),
    ])
  func firstLetter(text: String, sentence: String) { #expect(text.capitalizedFirst == sentence) }
}
