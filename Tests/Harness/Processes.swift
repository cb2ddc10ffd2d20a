import Foundation

/// Looks at the machine's processes through `/proc`.
package enum Processes {
  /// The processes that have a word among their arguments.
  package static func with(argument: String) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { id in
      guard let words = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else {
        return false
      }
      return words.split(separator: 0).contains { $0.elementsEqual(argument.utf8) }
    }
  }

  /// True while a process is there, and be it as a zombie.
  package static func exists(_ id: Int32) -> Bool {
    FileManager.default.fileExists(atPath: "/proc/\(id)")
  }

  /// The open descriptors of this process.
  package static func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }
}
