import Foundation
import Testing

@Suite("Parsers of foreign bytes", .timeLimit(.minutes(5)))
struct FuzzTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// The inputs of a target below a folder, by name.
  private static func inputs(_ kind: String, _ target: FuzzTarget) throws -> [String: [UInt8]] {
    let folder = folder.appending(path: "\(kind)/\(target.name)").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return try names.reduce(into: [:]) { inputs, name in
      inputs[name] = Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
    }
  }

  @Test("every parser has inputs to begin with, and reads at least one of them without an error")
  func corpus() throws {
    for target in FuzzTarget.all {
      let inputs = try Self.inputs("Corpus", target)
      let ends = inputs.values.map { input in Result { try target.run(input) } }
      let isRead = ends.contains { (try? $0.get()) != nil }
      #expect(isRead, "\(target.name): \(ends)")
    }
  }

  @Test("inputs that once crashed a parser do not any more")
  func crashes() throws {
    for target in FuzzTarget.all {
      for input in try Self.inputs("Crashes", target).values { try? target.run(input) }
    }
  }

  @Test("every input cut anywhere is read or refused", arguments: FuzzTarget.all.map(\.name))
  func cut(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    for input in try Self.inputs("Corpus", target).values {
      for end in input.indices.prefix(2000) { try? target.run(Array(input[..<end])) }
    }
  }
}
