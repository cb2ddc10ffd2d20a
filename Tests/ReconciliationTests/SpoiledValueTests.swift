import Testing

@testable import Reconciliation

@Suite("Values that a file spoiled (S7)")
struct SpoiledValueTests {
  private func damage(
    _ value: String, beside recorded: String, isIdentifier: Bool = false
  ) -> SpoiledValue.Damage? {
    let (value, recorded) = (Array(value.utf8)[...], Array(recorded.utf8)[...])
    let damage = SpoiledValue(value, beside: recorded).damage(isIdentifier: isIdentifier)
    // What the bytes alone say is never wrong, also where only the end of the recorded value is known.
    if damage != nil {
      #expect(SpoiledValue.mayBeDamaged(value, beside: recorded))
      #expect(SpoiledValue.mayBeDamaged(value, beside: recorded.suffix(1)))
    }
    return damage
  }

  @Test("random values: what the bytes alone rule out is no damage", arguments: 0..<20)
  func bytesAlone(seed: Int) {
    var random = PropertyTests.Randomness(state: UInt64(seed) &* 7919 &+ 3)
    let letters = [
      "0", "1", "12", "007", "000", "E", "e", "+", ".", ",", " ", "?", "a", "ü", "Ã¼", "\\",
    ]
    func text() -> String {
      (0..<Int.random(in: 0..<6, using: &random))
        .map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }.joined()
    }
    for _ in 0..<500 { _ = damage(text(), beside: text(), isIdentifier: true) }
  }

  @Test(
    "letters that became ?, U+FFFD, control characters or two others are lost",
    arguments: [
      ("M?ller", "Müller"), ("M??ller", "Müller"), ("M\u{FFFD}ller", "Müller"),
      ("Mu?ller", "Mu\u{308}ller"), ("MÃ¼ller", "Müller"), ("ZoÃ«", "Zoë"), ("?ukasz", "Łukasz"),
      ("M\u{81}ller", "Müller"), ("Oâ€™Neil", "O’Neil"), ("?", "李"), ("M?ller-Schmidt", "Müller"),
      ("Gr?n", "Müller"), ("j?rg@m?ller.example", "jörg@müller.example"),
    ])
  func lostLetters(value: String, recorded: String) {
    #expect(damage(value, beside: recorded) == .letters)
    #expect(damage(recorded, beside: value) == nil)
  }

  @Test(
    "what no encoding makes of the recorded value is a change",
    arguments: [
      ("Schmidt", "Müller"), ("Muller", "Müller"), ("Müller", "Muller"), ("Àé", "Ae"),
      ("São", "Sao"), ("ÃO", "AO"), ("M??ller", "M?ller"), ("£", "Pound"), ("O’Neil", "O'Neil"),
      ("7", "007"), ("", "a"), ("Müller", "MÃ¼ller"),
    ])
  func changes(value: String, recorded: String) {
    #expect(damage(value, beside: recorded) == nil)
  }

  @Test(
    "an identifier that a spreadsheet treated as a number",
    arguments: [
      ("7", "007"), ("07", "0007"), ("0", "000"), ("7.0", "7"), ("7,00", "007"), ("1000.0", "1000"),
      ("1.23457E+11", "123456789012"), ("1,23457E+11", "123456789012"), ("1E+12", "999999999999"),
      ("1.23457e+011", "123456789012"), ("9.87654E+11", "123456789012"), ("1.2E+05", "A7"),
      ("12,345", "12345"), ("1.234.567", "1234567"), ("1 234 567,00", "1234567"),
      ("1\u{202F}234", "01234"), ("12345678901234500", "12345678901234567"), ("12000", "12E3"),
      ("1.20E+04", "12E3"), ("?1", "Ä1"),
    ])
  func rewrittenNumbers(value: String, recorded: String) {
    let damage = damage(value, beside: recorded, isIdentifier: true)
    #expect(damage == (value.contains("?") ? .letters : .number))
  }

  @Test(
    "another identifier is a change, and so is one that the file has whole",
    arguments: [
      ("8", "007"), ("007", "7"), ("0007", "007"), ("7", "7.0"), ("70", "7"), ("7.5", "7"),
      ("E7", "007"), ("7", "E007"), ("123456789012", "1.23457E+11"), ("12345", "12,345"),
      ("12,34", "1234"), ("12345678901234", "12345678901200"),
      ("12345678901234567", "12345678901234500"),
      ("7", "A"), ("1E5", "7"), ("12-3", "123"), ("", "7"),
    ])
  func changedIdentifiers(value: String, recorded: String) {
    #expect(damage(value, beside: recorded, isIdentifier: true) == nil)
  }
}
