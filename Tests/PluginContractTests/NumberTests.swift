import PluginContract
import Testing

@Suite("Likeness: one number, written in several ways")
struct NumberTests {
  private func numbers(_ text: String) -> [String] {
    Likeness.numbers(in: Array(CanonicalText.of(text).utf8)[...]).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test(
    "a whole number is its digits",
    arguments: [
      ("42", ["42"]), ("0042", ["42"]), ("42.0", ["42"]), ("42,00", ["42"]), ("0", ["0"]),
      ("000", ["0"]), ("+42", ["42"]), ("'0042", ["42"]), ("=\"0042\"", ["42"]),
      ("4.2E+01", ["42"]), ("1E5", ["100000"]), ("1,2E5", ["120000"]), ("1.50E+1", ["15"]),
      ("123.0e0", ["123"]), ("1,234,567", ["1234567"]), ("1.234.567", ["1234567"]),
      ("1'234", ["1234"]), ("1’234", ["1234"]), ("1 234", ["1234"]), ("1\u{202F}234", ["1234"]),
      ("1,234.00", ["1234"]), ("1.234,0", ["1234"]), ("42.000", ["42000", "42"]),
      ("٤٢", ["42"]), ("４２", ["42"]),
    ])
  func whole(text: String, expected: [String]) {
    #expect(numbers(text) == expected)
  }

  @Test(
    "what is no whole number is none",
    arguments: [
      "", "E42", "42E", "4.25E1", "1E41", "1E99999999999999999999", "1E-2", "42.5", "-42", "4-2",
      "1,23,456", "1234,567", "1,234.567.00", ".5", "5.", "e", "1e1e1", "0x2a", "4 2 a", "'",
      String(repeating: "1", count: 65),
    ])
  func other(text: String) {
    #expect(numbers(text) == [])
  }
}
