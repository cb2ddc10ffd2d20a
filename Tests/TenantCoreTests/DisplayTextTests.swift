import Testing

@testable import TenantCore

@Suite("Foreign text on a terminal")
struct DisplayTextTests {
  @Test(
    "Control characters and direction overrides become visible and harmless",
    arguments: [
      ("\u{1B}[2Jgone", "\\u{1b}[2Jgone"),
      ("a\r\nb", "a\\u{d}\\u{a}b"),
      ("tab\there", "tab\\u{9}here"),
      ("bell\u{7}", "bell\\u{7}"),
      ("\u{9B}31m", "\\u{9b}31m"),
      ("user\u{202E}gpj.exe", "user\\u{202e}gpj.exe"),
      ("\u{2066}isolated\u{2069}", "\\u{2066}isolated\\u{2069}"),
      ("zero\u{200B}width", "zero\\u{200b}width"),
      ("line\u{2028}break", "line\\u{2028}break"),
    ])
  func harmful(text: String, expected: String) {
    #expect(DisplayText.safe(text) == expected)
  }

  @Test(
    "Ordinary names stay as they are", arguments: ["Jürgen Groß", "山田 太郎", "O'Neil", "e\u{301}"])
  func harmless(text: String) {
    #expect(DisplayText.safe(text) == text)
  }

  @Test(
    "Wide characters take two columns and combining ones none",
    arguments: [
      ("", 0), ("abc", 3), ("山田", 4), ("ｆｕｌｌ", 8), ("e\u{301}a", 2), ("한글", 4), ("Größe", 5),
    ])
  func width(text: String, columns: Int) {
    #expect(DisplayText.width(text) == columns)
  }

  @Test(
    "A cut text fits its columns and says that something is missing",
    arguments: [
      ("abcdef", 4, "abc…"), ("abc", 3, "abc"), ("山田太郎", 5, "山田…"), ("山田太郎", 4, "山…"),
      ("abc", 1, "…"), ("abc", 0, ""),
    ])
  func cut(text: String, columns: Int, expected: String) {
    let cut = DisplayText.cut(text, to: columns)
    #expect(cut == expected)
    #expect(DisplayText.width(cut) <= columns)
  }
}
