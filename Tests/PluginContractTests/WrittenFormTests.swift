import PluginContract
import Testing

@Suite("Likeness: one value, written in several ways")
struct WrittenFormTests {
  private func canonical(_ text: String) -> ArraySlice<UInt8> {
    Array(CanonicalText.of(text).utf8)[...]
  }

  private func texts(_ values: [[UInt8]]) -> [String] {
    values.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "addresses are read out of what stands around them",
    arguments: [
      ("jane@x.example", ["jane@x.example"]),
      ("Jane Doe <Jane@x.example>", ["jane@x.example"]),
      ("\"Doe, Jane\" <jane@x.example>", ["jane@x.example"]),
      ("<jane@x.example>", ["jane@x.example"]), ("'jane@x.example'", ["jane@x.example"]),
      ("mailto:jane@x.example", ["jane@x.example"]),
      ("MAILTO:jane@x.example?subject=Hi", ["jane@x.example"]),
      ("SMTP:jane@x.example", ["jane@x.example"]),
      ("jane@x.example.", ["jane@x.example"]), ("jane@x.example;", ["jane@x.example"]),
      ("a@x.example; b@x.example", ["a@x.example", "b@x.example"]),
      ("a@x.example,b@x.example", ["a@x.example", "b@x.example"]),
      ("a@x.example / a@x.example", ["a@x.example"]),
      ("jane @ x.example", ["jane@x.example"]), ("jane＠x．example", ["jane@x.example"]),
      ("jane@xn--mller-kva.example", ["jane@müller.example"]),
      ("jane@MÜLLER.example", ["jane@müller.example"]),
      ("jane@xn--strae-oqa.example", ["jane@strasse.example"]),
      ("jane@xn--99999999.example", ["jane@xn--99999999.example"]),
      ("o’brien@x.example", ["o'brien@x.example"]), ("a@b@c.example", ["a@b@c.example"]),
      ("jane", []), ("@x.example", []), ("jane@", []), ("jane@.", []), ("", []), ("@", []),
      ("<<>>;;", []),
    ])
  func addresses(text: String, expected: [String]) {
    #expect(texts(Likeness.addresses(in: canonical(text))) == expected)
  }

  @Test(
    "logins are read whatever stands between domain and name",
    arguments: [
      ("ACME\\jane", ["acme\\jane"]), ("ACME/jane", ["acme\\jane"]),
      ("ACME\\\\jane", ["acme\\jane"]), ("\\\\ACME\\jane", ["acme\\jane"]),
      ("ACME \\ jane", ["acme\\jane"]), ("\"ACME\\jane\"", ["acme\\jane"]),
      ("acme.example.\\jane", ["acme.example\\jane"]), (".\\jane", ["jane"]),
      ("\\jane", ["jane"]), ("jane.", ["jane"]), ("ACME＼jane", ["acme\\jane"]),
      ("jane@acme.example.", ["jane@acme.example"]), ("<jane@acme.example>", ["jane@acme.example"]),
      ("", []), ("\\", []), ("//", []),
    ])
  func logins(text: String, expected: [String]) {
    #expect(texts(Likeness.logins(in: canonical(text))) == expected)
  }

  @Test("of many addresses the first are read, and a long value ends")
  func bounds() {
    let many = (0..<1_000).map { "u\($0)@x" }.joined(separator: ";")
    #expect(Likeness.addresses(in: canonical(many)).count == 8)
    let long = String(repeating: "@", count: 100_000)
    #expect(Likeness.addresses(in: canonical(long)).isEmpty)
    #expect(Likeness.logins(in: canonical(String(repeating: "\\", count: 100_000))).isEmpty)
  }

  /// Quotes around a value are taken off, so that it is read the long way.
  @Test("a plain value is read as the same value in quotes is", arguments: 0..<40)
  func plainIsAsQuoted(block: Int) {
    var state = UInt64(block + 1) &* 0x9E37_79B9_7F4A_7C15
    func next(_ count: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % count)
    }
    let pieces = ["a", "0", "1", "l", ".", "-", "--", "_", "@", "\\", "xn--mller-kva", "acme"]
    for _ in 0..<100 {
      let text = (0..<next(9)).map { _ in pieces[next(UInt64(pieces.count))] }.joined()
      let (plain, quoted) = (canonical(text), canonical("'" + text + "'"))
      #expect(Likeness.addresses(in: plain) == Likeness.addresses(in: quoted), "\(text)")
      #expect(Likeness.logins(in: plain) == Likeness.logins(in: quoted), "\(text)")
      let like = Likeness.withoutLookAlikes(quoted).dropFirst().dropLast()
      #expect(Likeness.withoutLookAlikes(plain) == Array(like), "\(text)")
    }
  }
}
