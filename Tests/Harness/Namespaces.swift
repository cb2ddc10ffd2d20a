internal import Glibc

/// Words for unshare(1) and nsenter(1).
package enum Namespaces {
  /// The options for namespaces of these kinds.
  ///
  /// Root makes them without one of users, in which it would no longer be root for what belongs to others, such as the
  /// folder of PostgreSQL's socket.
  package static func words(_ kinds: String...) -> [String] {
    (isRoot ? [] : ["--user", "--map-root-user"]) + kinds
  }

  /// A program that starts another one in the network of a process.
  package static func network(of process: Int) -> [String] {
    ["/usr/bin/nsenter", "--target", "\(process)", "--net"]
      + (isRoot ? [] : ["--user", "--preserve-credentials"])
  }

  /// A program that starts another one where process numbers are others, as on another machine: from here nobody can
  /// see whether it has ended. It ends with that program.
  package static let elsewhere =
    ["/usr/bin/unshare"] + words("--pid", "--fork", "--kill-child", "--mount-proc")

  private static var isRoot: Bool { geteuid() == 0 }
}
