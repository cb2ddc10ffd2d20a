import PluginContract
import Testing

@Suite("Likeness: what looks alike")
struct LookAlikeTests {
  private func plain(_ text: String) -> String {
    let canonical = Array(CanonicalText.of(text).utf8)
    return String(decoding: Likeness.withoutLookAlikes(canonical[...]), as: UTF8.self)
  }

  @Test(
    "what looks alike is equal, spaces or not",
    arguments: [
      ("O’Brien", "O'Brien"), ("O`Brien", "O'Brien"), ("O´Brien", "O'Brien"),
      ("Oʼ Brien", "O'Brien"), ("O′Brien", "O'Brien"),
      ("Anna‑Lena", "Anna-Lena"), ("Anna–Lena", "Anna-Lena"), ("Anna—Lena", "Anna-Lena"),
      ("Anna−Lena", "Anna-Lena"), ("ｊｓｍｉｔｈ", "jsmith"), ("ＪＳＭＩＴＨ", "jsmith"),
      ("jane＠acme．example", "jane@acme.example"), ("acme＼jane", "acme\\jane"),
      ("jаne", "jane"), ("ЈАNE", "jane"), ("Κate", "kate"), ("Вob", "bob"),
      ("Yıldız", "yildiz"), ("İlker", "ilker"), ("ﬁscher", "fischer"), ("Henry Ⅳ", "henryiv"),
      ("m²", "m2"), ("№7", "no7"), ("“jim”", "\"jim\""), ("j0hn", "john"), ("user1", "userl"),
      ("Ｊｕ\u{308}rgen", "jürgen"), ("ﾃｽﾄ", "テスト"), ("𝐉𝐨𝐡𝐧", "john"),
    ])
  func alike(one: String, other: String) {
    #expect(plain(one) == plain(other))
  }

  @Test(
    "what does not look alike stays apart",
    arguments: [
      ("müller", "muller"), ("ł", "l"), ("æ", "ae"), ("Ivan", "lvan"), ("иван", "ivan"),
      ("jsmith", "jsmyth"), ("٤٢", "42"), ("a-b", "a_b"), ("כהן", "כהו"), ("محمد", "محمو"),
      ("山田", "山由"), ("o'brien", "obrien"),
    ])
  func different(one: String, other: String) {
    #expect(plain(one) != plain(other))
  }

  @Test("a second time changes nothing, whatever the character")
  func stable() {
    let ranges = [UInt32(0x20)...0x33FF, 0xA640...0xABFF, 0xFB00...0xFFEF, 0x1D400...0x1D7FF]
    for code in ranges.joined() {
      guard let scalar = Unicode.Scalar(code) else { continue }
      let once = plain("a" + String(scalar) + "b")
      #expect(plain(once) == once, "U+\(String(code, radix: 16))")
    }
  }
}
