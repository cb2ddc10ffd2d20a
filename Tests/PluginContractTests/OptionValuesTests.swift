import PluginContract
import Testing

@Suite("Plugin options")
struct OptionValuesTests {
  private let declared = [
    OptionDeclaration("deep", .boolean, default: .boolean(true), "looks deeper"),
    OptionDeclaration("count", .integer, default: .integer(3), "how many"),
    OptionDeclaration("word", .choice(["a", "b"]), default: .string("a"), "which"),
  ]

  @Test("what the tenant file does not name has its declared default")
  func defaults() {
    let values = OptionValues(declared: declared)
    #expect(values.boolean("deep"))
    #expect(values.integer("count") == 3)
    #expect(values.string("word") == "a")
  }

  @Test("what the tenant file names wins")
  func given() {
    let values = OptionValues(["deep": .boolean(false), "word": .string("b")], declared: declared)
    #expect(!values.boolean("deep"))
    #expect(values.string("word") == "b")
    #expect(values.integer("count") == 3)
  }

  @Test("a value of another type, or of no name, is none")
  func otherTypes() {
    let values = OptionValues(["deep": .string("true"), "count": .boolean(true)])
    #expect(!values.boolean("deep"))
    #expect(values.integer("count") == nil)
    #expect(values.string("count") == nil)
    #expect(values.string("nothing") == nil)
  }
}
