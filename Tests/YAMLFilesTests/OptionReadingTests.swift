import OperatingSystem
import PluginContract
import Testing
import YAMLFiles

@Suite("Options by their declared type")
struct OptionReadingTests {
  /// Reads `x: VALUE` as an option's value of a type.
  private func read(
    _ value: String, as type: OptionType, isDefault: Bool = false
  ) -> (OptionValue?, [String]) {
    let key = Key("x", Reading(shape: .option) { type.value(of: $0, isDefault: isDefault) })
    let reading = Reading.object(ObjectShape(keys: [key.declaration])) { $0.value(key) }
    let document = YAMLDocument(Array("x: \(value)".utf8), shownAs: "f", kind: .manifest)
    let found = document.value(by: reading, folder: "/")
    return (found, document.problems.sorted.map(\.description))
  }

  @Test(
    "A value of the type is taken",
    arguments: [
      ("true", OptionType.boolean, OptionValue.boolean(true)),
      ("-3", .integer, .integer(-3)),
      ("'3'", .string, .string("3")),
      ("mail", .choice(["mail", "upn"]), .string("mail")),
    ])
  func taken(text: String, type: OptionType, expected: OptionValue) {
    let (value, problems) = read(text, as: type)
    #expect(value == expected)
    #expect(problems == [])
  }

  @Test(
    "A value of another type is refused where it stands",
    arguments: [
      ("yes", OptionType.boolean, "'x' must be true or false, not text"),
      ("3.5", .integer, "'x' must be a whole number, not a number"),
      ("3", .string, "'x' must be text; put it in quotes"),
      (
        "mai", .choice(["mail", "upn"]),
        "'x' cannot be 'mai'; did you mean 'mail'? known: mail, upn"
      ),
      ("[]", .choice(["mail"]), "'x' must be text, not a list"),
      ("~", .boolean, "'x' has no value; it must be true or false, or remove the key"),
    ])
  func refused(text: String, type: OptionType, expected: String) {
    let (value, problems) = read(text, as: type)
    #expect(value == nil)
    #expect(problems == ["f:1:4: \(expected)"])
  }

  @Test("A default may be an empty text; a value may not")
  func emptyText() {
    #expect(read("''", as: .string, isDefault: true).0 == .string(""))
    #expect(read("''", as: .string).1 == ["f:1:4: 'x' must not be empty"])
    #expect(read("", as: .string, isDefault: true).0 == nil)
    #expect(read("''", as: .choice(["a"]), isDefault: true).0 == nil)
  }
}
