internal import Glibc

/// Which files and folders are trusted (A4).
package enum FileSafety {
  /// Why a file or its folder is not trusted: each reason with the command that fixes it.
  package static func problems(
    of status: FileStatus, named path: String, kind: String, runningUser: UInt32
  ) -> [String] {
    var problems: [String] = []
    if status.mode & (S_IWGRP | S_IWOTH) != 0 {
      problems.append(
        "others may write this \(kind) (mode \(status.modeInWords)), and whoever does could run "
          + "programs as you; run: chmod go-w \(shellWord(path))")
    }
    if status.owner != 0, status.owner != runningUser {
      problems.append(
        "this \(kind) belongs to \(userName(status.owner)), neither to root nor to the running "
          + "user; run: chown \(userName(runningUser)) \(shellWord(path))")
    }
    return problems
  }

  /// Why a program that is named by its path is not trusted, each reason with how to fix it.
  package static func problems(ofProgram path: String) -> [String] {
    do throws(SystemFailure) {
      return problems(
        of: try FileStatus(of: path), named: path, kind: "program '\(path)'",
        runningUser: getuid())
    } catch {
      return ["the program '\(path)' cannot be looked at: \(error.inWords)"]
    }
  }

  /// Why a file with a secret cannot be used, or nil. Where this user may not look, nothing is
  /// said: whoever uses the secret will.
  package static func problemOfSecret(at path: String) -> String? {
    let found: FileStatus
    do throws(SystemFailure) {
      found = try FileStatus(of: path)
    } catch {
      return error.number == EACCES
        ? nil : "the file '\(path)' cannot be used: \(error.inWords)"
    }
    guard found.isRegularFile else {
      return "'\(path)' is not a file; name the file that holds the secret"
    }
    guard found.mode & (S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH) != 0 else { return nil }
    return "others may read or write this secret (mode \(found.modeInWords)); "
      + "run: chmod 600 \(shellWord(path))"
  }

  /// A user's name, or the number where the user database has none.
  private static func userName(_ id: UInt32) -> String {
    unsafe getpwuid(id).map { unsafe String(cString: $0.pointee.pw_name) } ?? "\(id)"
  }

  /// A path so that a shell reads it as one word.
  package static func shellWord(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "/._-+,:@".utf8.contains($0)
      }
    }
    if isPlain, !path.isEmpty, !path.hasPrefix("-") { return path }
    let prefix = path.hasPrefix("-") ? "./" : ""
    return "'" + prefix + path.replacing("'", with: "'\\''") + "'"
  }
}
