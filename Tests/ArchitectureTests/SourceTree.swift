import Foundation
import Testing

/// The files of the repository, as the tests find them.
enum SourceTree {
  /// The repository's top folder.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The text of a file, by its path below the top folder.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The names of a folder's entries, hidden ones left out, in order.
  static func entries(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The folders of the built-in plugins.
  static func plugins() throws -> [String] {
    try entries("Plugins").filter { !["Examples", "Guides"].contains($0) }
  }

  /// The folders of the example plugins, which are programs of their own.
  static func examples() throws -> [String] {
    try entries("Plugins/Examples").filter { $0 != "README.md" }
  }

  /// The paths of all files below a folder.
  static func files(below path: String) throws -> [String] {
    let folder = root.appending(path: path).path
    let files = try #require(FileManager.default.enumerator(atPath: folder))
    return files.compactMap { $0 as? String }.sorted().map { "\(path)/\($0)" }
  }

  /// The paths of all Swift files below a folder.
  static func swiftFiles(below path: String) throws -> [String] {
    try files(below: path).filter { $0.hasSuffix(".swift") }
  }

  /// The modules that a file imports.
  static func imports(of path: String) throws -> Set<String> {
    let words = try text(path).split(separator: "\n").compactMap { line -> String? in
      let parts = line.split(separator: " ").map(String.init)
      guard let position = parts.firstIndex(of: "import"),
        parts[..<position].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) }),
        position + 1 < parts.count
      else { return nil }
      return parts[position + 1].split(separator: ".").first.map(String.init)
    }
    return Set(words)
  }

  private static let accessLevels: Set<String> = ["public", "internal", "private", "package"]
}
