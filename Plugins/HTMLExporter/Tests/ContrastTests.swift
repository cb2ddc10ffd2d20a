import Foundation
import HTMLExporter
import Testing

@Suite("html: colours that can be told apart (WCAG 2.2, AA)")
struct ContrastTests {
  /// Colours by name; the first block of the style sheet is the light scheme, the second the dark.
  private func colours(scheme: Int) throws -> [String: Double] {
    let page = text(try export(htmlExporter, header: ExampleExport.header(), rows: []))
    let blocks = page.components(separatedBy: ":root {").dropFirst()
    try #require(blocks.count == 2)
    let block = Array(blocks)[scheme].prefix { $0 != "}" }
    let pairs = block.matches(of: /--([a-z-]+): #([0-9a-f]{6});/).compactMap { match in
      Int(match.output.2, radix: 16).map { (String(match.output.1), luminance($0)) }
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// WCAG 2.2, relative luminance.
  private func luminance(_ rgb: Int) -> Double {
    let parts = [rgb >> 16, rgb >> 8, rgb].map { part -> Double in
      let share = Double(part & 0xFF) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ one: Double, _ other: Double) -> Double {
    (max(one, other) + 0.05) / (min(one, other) + 0.05)
  }

  @Test("text has 4.5 to 1 on every ground it stands on", arguments: [0, 1])
  func words(scheme: Int) throws {
    let colours = try colours(scheme: scheme)
    let pairs = [
      ("text", ["page", "card", "band", "head", "notice"]), ("soft", ["page", "card"]),
      ("yes", ["card", "band"]), ("no", ["card", "band"]), ("on-accent", ["accent"]),
    ]
    for (name, grounds) in pairs {
      for ground in grounds {
        let ratio = contrast(try #require(colours[name]), try #require(colours[ground]))
        #expect(ratio >= 4.5, "\(name) on \(ground)")
      }
    }
  }

  @Test("marks of states and edges of controls have 3 to 1", arguments: [0, 1])
  func marks(scheme: Int) throws {
    let colours = try colours(scheme: scheme)
    let names = [
      "linked", "linked-stale", "found", "ambiguous", "contested", "unmatched", "released",
      "excluded", "invalid", "failed", "other", "edge", "accent",
    ]
    for name in names {
      for ground in ["page", "card", "band"] {
        let ratio = contrast(try #require(colours[name]), try #require(colours[ground]))
        #expect(ratio >= 3, "\(name) on \(ground)")
      }
    }
  }
}
