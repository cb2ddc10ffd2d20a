import Foundation
import Testing

/// Two spellings of one rule drift apart, so that each small text has one type (architecture.md 4).
@Suite("One noun, one type")
struct OneNounTests {
  /// A noun, its one type, and what somebody writes who makes it a second time.
  struct Noun: Sendable, CustomTestStringConvertible {
    let type: String
    /// The files that may hold what the patterns find.
    let homes: Set<String>
    /// Regular expressions over one line.
    let patterns: [String]

    var testDescription: String { type }
  }

  static let nouns = [
    Noun(
      type: "Hex", homes: ["Sources/PluginContract/Hex.swift"],
      patterns: [
        "radix: 16", "(?i:\"0123456789abcdef\")", "isHexDigit", "hexDigitValue", "isASCIIHexDigit",
        "ascii: \"[fF]\"\\)", "%0?2[xX]",
      ]),
    Noun(
      type: "Timestamp", homes: ["Sources/TenantCore/Text/Timestamp.swift"],
      patterns: [
        "719_?468|146_?097", "ISO8601|RFC3339", "strptime|strftime|gmtime|timegm",
        "(var|let) (at|\\w+At|moment): String\\b",
      ]),
    Noun(
      type: "DistinguishedName",
      homes: [
        "Sources/TenantCore/Text/DistinguishedName.swift",
        "Sources/TenantCore/Text/DistinguishedNameParser.swift",
      ], patterns: ["(struct|enum|class|actor|typealias) (DN|DistinguishedName|RelativeName)\\w*"]),
    Noun(
      type: "LoginName", homes: ["Sources/TenantCore/Text/LoginName.swift"],
      patterns: [
        #"(separator|of): "(\\\\|@)""#, #"\$0 [!=]= "\\\\""#,
        "(struct|enum|class|actor|typealias) (TypedLogin|QualifiedLogin)\\w*",
      ]),
    Noun(
      type: "PlainName", homes: ["Sources/PluginContract/PlainName.swift"],
      patterns: ["a-z0-9-\\]", "1\\.\\.\\.63"]),
    Noun(
      type: "CSVCellWriter", homes: ["Sources/PluginContract/CSVCellWriter.swift"],
      patterns: ["=\\+-@", "replacing\\(\"\\\\\"\", with: \"\\\\\"\\\\\"\"\\)", "sFormula"]),
    Noun(
      type: "FileDescriptor", homes: ["Sources/OperatingSystem/Files/FileDescriptor.swift"],
      patterns: ["(struct|enum|class|actor|typealias) (Descriptor|FileHandle)\\b"]),
    Noun(
      type: "OwnThread", homes: ["Sources/OperatingSystem/Threads/OwnThread.swift"],
      patterns: ["pthread_create|Thread\\.detachNewThread"]),
    Noun(
      type: "SortedMerge",
      homes: [
        "Sources/TenantStore/Apply/SortedMerge.swift",
        "Sources/TenantStore/Database/Statement.swift",
      ], patterns: ["order\\(against:"]),
  ]

  /// What another noun of the same form needs: each with its reason.
  static let exempt: [String: Set<String>] = [
    // The texts of a `<time>` element; the contract of exporters, which others have built on.
    "Timestamp": [
      "Sources/TenantService/Pages/PageParts.swift", "Sources/PluginContract/Exporter.swift",
      "Sources/PluginContract/Frames/ExportMessages.swift",
    ],
    // The label of a DNS name (RFC 1035).
    "PlainName": ["Sources/TenantConfig/Syntax/NameSyntax.swift"],
    // Counts the threads that the system gives, before anything is begun.
    "OwnThread": ["Sources/Wiring/ProcessNeeds.swift"],
  ]

  @Test("is declared once, where it belongs", arguments: nouns)
  func declaration(noun: Noun) throws {
    let found = try Self.places(of: "(struct|enum|class|actor) \(noun.type)\\b")
    let files = Set(found.map(\.file))
    #expect(found.count == 1 && noun.homes.isSuperset(of: files), "\(found)")
  }

  @Test("has its rule in one place", arguments: nouns)
  func rule(noun: Noun) throws {
    let homes = noun.homes.union(Self.exempt[noun.type] ?? [])
    let found = try Self.places(of: noun.patterns.joined(separator: "|"))
      .filter { !homes.contains($0.file) }
    #expect(found.map { "\($0.file):\($0.line): \($0.text)" } == [], "use \(noun.type)")
  }

  @Test("and a home that moved is not forgotten")
  func homes() throws {
    let files = Set(try Self.sources.get().map(\.file))
    for noun in Self.nouns { #expect(noun.homes.isSubset(of: files), "\(noun.type)") }
    for (type, exempt) in Self.exempt { #expect(exempt.isSubset(of: files), "\(type)") }
  }

  private struct Place {
    let file: String
    let line: Int
    let text: String
  }

  /// Where a pattern fits in what is no comment.
  private static func places(of pattern: String) throws -> [Place] {
    // Foundation's expressions are many times as fast as Swift's without optimization.
    let expression = try NSRegularExpression(pattern: pattern)
    return try sources.get().flatMap { file, code in
      expression.matches(in: code, range: NSRange(code.startIndex..., in: code)).compactMap {
        guard let range = Range($0.range, in: code) else { return nil }
        let line = code[..<range.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") } + 1
        return Place(file: file, line: line, text: String(code[code.lineRange(for: range)]))
      }
    }
  }

  /// Every file of the product, with its comments left empty.
  private static let sources = Result {
    try SourceTree.swiftFiles(below: "Sources").map { file in
      let lines = try SourceTree.text(file).split(separator: "\n", omittingEmptySubsequences: false)
      let code = lines.map { $0.drop { $0 == " " }.hasPrefix("//") ? "" : $0 }
      return (file: file, code: code.joined(separator: "\n"))
    }
  }
}
