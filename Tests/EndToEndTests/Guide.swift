import Foundation
import Harness

/// A page for readers whose ```console blocks are run: a line that begins with `$ ` is a command,
/// a here-document goes on with it, and the lines up to the next command are what it prints.
struct Guide: Sendable, CustomStringConvertible {
  /// A command, and what the page says that it prints.
  struct Step: Sendable {
    /// The line of the page, from 1.
    var line: Int
    var command: String
    var output: [String] = []
  }

  /// The page's path in the repository.
  let path: String
  let steps: [Step]

  var description: String { path }

  init(_ path: String) throws {
    self.path = path
    let file = RunTenantctl.repository.appending(path: path)
    steps = Self.steps(try String(contentsOf: file, encoding: .utf8))
  }

  private static func steps(_ page: String) -> [Step] {
    var steps: [Step] = []
    var isInside = false
    var end: Substring?
    for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if let mark = end {
        steps[steps.count - 1].command += "\n\(line)"
        if line == mark { end = nil }
      } else if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        steps.append(Step(line: index + 1, command: String(line.dropFirst(2))))
        end = line.firstMatch(of: /<<'?([A-Z]+)'?/)?.1
      } else if isInside, !steps.isEmpty {
        steps[steps.count - 1].output.append(String(line))
      }
    }
    return steps
  }
}

extension Guide.Step {
  /// What differs between the page and what was printed; nil if nothing does. A `…` of the page
  /// stands for any part of a line, on a line of its own for any number of lines.
  func difference(from printed: String) -> String? {
    // A terminal shows no carriage return, and Swift takes the two for one character.
    let text = printed.replacing("\r\n", with: "\n")
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    guard !Self.fits(output[...], lines[...]) else { return nil }
    return "the page says\n\(output.joined(separator: "\n"))\nand it printed\n\(text)"
  }

  private static func fits(_ page: ArraySlice<String>, _ lines: ArraySlice<String>) -> Bool {
    guard let first = page.first else { return lines.isEmpty }
    if first == "…" {
      return (lines.startIndex...lines.endIndex).contains { fits(page.dropFirst(), lines[$0...]) }
    }
    guard let line = lines.first, fits(first, line) else { return false }
    return fits(page.dropFirst(), lines.dropFirst())
  }

  private static func fits(_ page: String, _ line: String) -> Bool {
    let parts = page.components(separatedBy: "…")
    guard parts.count > 1 else { return page == line }
    var rest = line[...]
    guard let head = parts.first, let tail = parts.last, rest.hasPrefix(head) else { return false }
    rest = rest.dropFirst(head.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(tail)
  }
}
