import Administration
import Testing

@Suite("Answers as JSON")
struct AnswerEncoderTests {
  private struct Example: Encodable {
    let zeta: Double
    @OrNull var absent: String?
    @OrNull var present: String?
    let leftOut: String?
    let alpha: [String: Int]
  }

  @Test("one line, members in order of their names, null for what is absent, slashes as they are")
  func line() throws {
    let example = Example(
      zeta: 12, absent: nil, present: "a/b\n\"é\"", leftOut: nil, alpha: ["b": 2, "B": 1])
    #expect(
      try AnswerEncoder.text(example)
        == #"{"absent":null,"alpha":{"B":1,"b":2},"present":"a/b\n\"é\"","zeta":12}"# + "\n")
    #expect(try AnswerEncoder.bytes(example) == Array(try AnswerEncoder.text(example).utf8))
  }

  @Test("an error names its tenant if several were asked for, and has no such member if not")
  func error() throws {
    let alone = ErrorAnswer(code: 78, kind: "configuration", message: "m")
    #expect(
      try AnswerEncoder.text(alone)
        == #"{"error":{"code":78,"kind":"configuration","message":"m"}}"# + "\n")
    let named = ErrorAnswer(code: 78, kind: "configuration", message: "m", tenant: "acme")
    #expect(try AnswerEncoder.text(named).hasSuffix(#""tenant":"acme"}"# + "\n"))
  }
}
