import Foundation

@testable import PluginContract

/// The example plugins of the repository.
enum Examples {
  /// The repository's top folder.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file of an example's folder.
  static func file(_ example: String, _ name: String) -> URL {
    repository.appending(path: "Plugins/Examples/\(example)/\(name)")
  }

  static func text(_ example: String, _ name: String) throws -> String {
    try String(contentsOf: file(example, name), encoding: .utf8)
  }

  /// The example in Swift, which lies beside the test bundle; the running executable is the bundle.
  static let staffNumber: URL = {
    let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: bundle ?? "").deletingLastPathComponent().appending(path: "staff-number")
  }()

  /// What a command prints.
  static func output(of program: URL, _ words: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = program
    process.arguments = words
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: text, as: UTF8.self)
  }

  /// The values of a manifest's keys that stand in one line.
  static func manifest(_ example: String) throws -> [String: String] {
    let lines = try text(example, "manifest.yaml").split(separator: "\n")
    let pairs = lines.compactMap { line -> (String, String)? in
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, !line.hasPrefix(" ") else { return nil }
      return (parts[0], parts[1].trimmingCharacters(in: .whitespaces))
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// A question about records with one column.
  static func question(
    _ values: [String?], column: String, side: Side, purpose: KeyPurpose = .candidates,
    request: UInt32 = 1, matcher: UInt32 = 0
  ) -> RecordsFrame {
    var builder = RecordBatchBuilder(text: [column], directory: side == .directory ? 0 : nil)
    for value in values {
      if let value { builder.append(Array(value.utf8), to: 0) }
      builder.endRecord()
    }
    return RecordsFrame(
      request: request, matcher: matcher, side: side, purpose: purpose, batch: builder.finish())
  }

  static func make(_ options: [String: OptionValue] = [:], matcher: UInt32 = 0) -> HostMessage {
    .make(
      MakeMatcher(
        matcher: matcher,
        context: MatcherContext(
          directories: [DirectoryIdentity(domain: "ACME")], options: OptionValues(options))))
  }
}

extension KeysFrame {
  /// For each record its keys as text.
  var texts: [[String]] { (0..<keys.recordCount).map { keys.keys.texts(of: $0) } }
}
