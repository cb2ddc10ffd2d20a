import Glibc
import OperatingSystem
import YAMLFiles

/// The program of a password command: found as a shell finds it, and run only if nobody else may
/// change it (A4).
struct PasswordProgram {
  private static let usualSearchPath = "/usr/local/bin:/usr/bin:/bin"

  private let words: [String]

  init(_ words: [String]) { self.words = words }

  /// Its file.
  ///
  /// - Throws: ``DirectoryError`` of the configuration, if it is not there or not trusted.
  func path() throws -> String {
    let name = words.first ?? ""
    guard let path = candidates(name).first(where: isProgram) else {
      throw refusal("cannot be run: there is no such program; name its path")
    }
    let problems = Self.problems(of: path) + words.dropFirst().flatMap(problemsOfScript)
    guard problems.isEmpty else {
      throw refusal("is not run, because it is not safe: " + problems.joined(separator: "; "))
    }
    return path
  }

  private func refusal(_ words: String) -> DirectoryError {
    DirectoryError(
      .configuration, "the password command '\(self.words.first ?? "")' \(words)")
  }

  /// A name without a slash is looked for in the folders of the search path; one that is empty or
  /// relative there would mean wherever this was started.
  private func candidates(_ name: String) -> [String] {
    guard !name.isEmpty, !name.contains("/") else { return [name] }
    let variable = unsafe getenv("PATH").map { unsafe String(cString: $0) }
    return (variable ?? Self.usualSearchPath).split(separator: ":")
      .filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
  }

  private func isProgram(_ path: String) -> Bool {
    guard let status = try? FileDescriptor(file: path).status() else {
      return unsafe access(path, X_OK) == 0
    }
    return unsafe status.isRegularFile && access(path, X_OK) == 0
  }

  /// An interpreter's program is an argument.
  private func problemsOfScript(_ argument: String) -> [String] {
    argument.hasPrefix("/") && isProgram(argument) ? Self.problems(of: argument) : []
  }

  /// Why a program is not trusted: its file, its folders, and those of a link to it.
  private static func problems(of path: String) -> [String] {
    guard let real = unsafe realpath(path, nil) else { return [] }
    defer { unsafe free(real) }
    let target = unsafe String(cString: real)
    var problems = FileSafety.problems(ofProgram: target)
    for place in [path, target] {
      let folder = place.prefix(upTo: place.lastIndex(of: "/") ?? place.startIndex)
      let chain = FolderChain(folder.isEmpty ? "/" : String(folder))
      for problem in chain?.problems() ?? [] where !problems.contains(problem) {
        problems.append(problem)
      }
    }
    return problems
  }
}
