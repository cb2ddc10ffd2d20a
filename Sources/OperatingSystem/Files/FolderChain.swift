internal import Glibc

/// A program's folder with all folders above it: whoever may write one of them can put another
/// program in place (A4).
package struct FolderChain {
  /// The folder without symbolic links.
  package let path: String

  /// Takes a folder; nil if it is not there.
  package init?(_ path: String) {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    self.path = unsafe String(cString: real)
  }

  /// Why the folders are not trusted, each reason with how to fix it; empty if they are.
  package func problems(runningUser: UInt32 = getuid()) -> [String] {
    var problems: [String] = []
    var folder = path
    while true {
      problems += Self.problems(of: folder, isOwn: folder == path, runningUser: runningUser)
      if folder == "/" { return problems }
      folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
      if folder.isEmpty { folder = "/" }
    }
  }

  private static func problems(of folder: String, isOwn: Bool, runningUser: UInt32) -> [String] {
    do throws(SystemFailure) {
      let status = try FileDescriptor(folder: folder).status()
      // In a sticky folder nobody can rename what belongs to another (chmod(2)).
      if !isOwn, status.mode & S_ISVTX != 0, status.owner == 0 { return [] }
      return FileSafety.problems(
        of: status, named: folder, kind: "folder '\(folder)'", runningUser: runningUser)
    } catch {
      return ["the folder '\(folder)' cannot be opened: \(error.inWords)"]
    }
  }
}
