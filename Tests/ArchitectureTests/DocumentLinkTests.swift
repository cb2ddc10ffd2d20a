import Foundation
import Testing

/// What people read, and where its links lead.
@Suite("Links between pages")
struct DocumentLinkTests {
  /// The pages, by their paths in the repository.
  static let pages: [String] = {
    let fixed = ["README.md", "CHANGELOG.md", "DEVELOPERS.md", "tenants/README.md"]
    let found = ["docs", "Plugins"].flatMap { (try? SourceTree.files(below: $0)) ?? [] }
    return fixed
      + found.filter {
        $0.hasPrefix("docs/") || $0.hasPrefix("Plugins/Guides/") || $0.hasSuffix("/README.md")
      }.filter { $0.hasSuffix(".md") }
  }()

  @Test("there are pages") func thereArePages() { #expect(Self.pages.count > 25) }

  @Test("each leads to a file, and to a heading of it if it names one", arguments: pages)
  func resolves(page: String) throws {
    for link in Self.links(try SourceTree.text(page)) {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let file = SourceTree.root.appending(path: page)
      let target =
        parts[0].isEmpty
        ? file : file.deletingLastPathComponent().appending(path: String(parts[0]))
      guard FileManager.default.fileExists(atPath: target.path) else {
        Issue.record("\(page): '\(link)' leads to no file")
        continue
      }
      guard parts.count == 2 else { continue }
      let text = try String(contentsOf: target, encoding: .utf8)
      #expect(Self.anchors(text).contains(String(parts[1])), "\(page): '\(link)' has no heading")
    }
  }

  /// The targets of the links and pictures that stay in the repository, in order.
  private static func links(_ text: String) -> [String] {
    prose(text).flatMap { line in
      line.replacing(/`[^`]*`/, with: "").matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
    }.filter { $0.firstMatch(of: /^[a-z]+:/) == nil }
  }

  /// What a link may name after `#`, made of the headings as GitHub makes it.
  private static func anchors(_ text: String) -> Set<String> {
    var counts: [String: Int] = [:]
    var anchors: Set<String> = []
    for line in prose(text) where line.hasPrefix("#") {
      let words = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
      let kept = words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
      let anchor = kept.replacing(" ", with: "-")
      let count = counts[anchor, default: 0]
      anchors.insert(count == 0 ? anchor : "\(anchor)-\(count)")
      counts[anchor] = count + 1
    }
    return anchors
  }

  /// The lines outside of fenced blocks.
  private static func prose(_ text: String) -> [Substring] {
    var isFenced = false
    return text.split(separator: "\n").filter { line in
      let isFence = line.drop { $0 == " " }.hasPrefix("```")
      if isFence { isFenced.toggle() }
      return !isFence && !isFenced
    }
  }
}
