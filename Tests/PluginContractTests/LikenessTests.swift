import PluginContract
import Testing

@Suite("Likeness: the material of near keys")
struct LikenessTests {
  private func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

  @Test(
    "white space and invisible characters are looked through",
    arguments: [
      "j smith", "j\tsmith", "j\u{A0}smith", "j\u{200B}smith", "j\u{AD}smith", "\u{FEFF}jsmith",
      "j\u{202E}smith", "j\u{2060}smith", "jsmith",
    ])
  func spaces(text: String) {
    #expect(Likeness.withoutSpaces(bytes(text)) == Array("jsmith".utf8))
  }

  @Test(
    "accents are looked through, letters are not",
    arguments: [
      ("müller", "muller"), ("mu\u{308}ller", "muller"), ("ậ", "a"), ("ñandú", "nandu"),
      ("łódź", "łodz"), ("ø", "ø"), ("smith", "smith"),
    ])
  func accents(text: String, plain: String) {
    #expect(Likeness.withoutAccents(bytes(text)) == Array(plain.utf8))
  }

  @Test(
    "the local part ends at the last at sign",
    arguments: [("a@b", "a"), ("a@b@c", "a@b"), ("a", "a"), ("@b", ""), ("", "")])
  func localPart(text: String, part: String) {
    #expect(Array(Likeness.localPart(bytes(text))) == Array(part.utf8))
  }
}
