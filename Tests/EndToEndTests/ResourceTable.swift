import Harness
import Testing

/// A command within a limit of the system, and how it must end.
struct ResourceRow: Sendable, CustomTestStringConvertible {
  /// What the command runs into.
  enum Limit: Sendable {
    /// No block is free on the disk of the state folder; a small tmpfs.
    case fullDisk
    /// The state folder is mounted read-only.
    case readOnlyDisk
    /// A limit of prlimit(1), as its option.
    case process(String)
    /// Threads that the system gives at the same time.
    case threads(Int)
    /// Standard output, as a shell redirects it.
    case output(String)
    /// Standard output is a pipe that nobody reads any more.
    case closedPipe
  }

  /// How it ends.
  enum End: Sendable {
    /// Exit 0, and the same output as without the limit.
    case asUsual
    /// An exit code, and words of the message.
    case refused(Int32, String)
  }

  var limit: Limit
  /// The words of the command; `HOME` is a folder on a disk with room.
  var words: String
  var end: End

  init(_ limit: Limit, _ words: String, _ end: End) {
    self.limit = limit
    self.words = words
    self.end = end
  }

  var testDescription: String { "\(limit): \(words)" }

  /// What needs nothing written.
  static let readers = [
    "review acme", "review acme --output json", "export acme", "explain acme jsmith",
    "history acme --output json", "users list acme", "users show acme jsmith",
    "export acme --output HOME/acme.csv", "link acme ivolkov fox --dry-run", "sync acme --dry-run",
    "access list acme", "tenants list", "test-connection acme",
  ]

  /// What writes.
  static let writers = [
    "sync acme", "link acme ivolkov fox", "unlink acme bdavis",
    "users edit acme fox --email x@acme.example",
    "users import acme HOME/users.csv", "access token acme nightly",
  ]

  static let disks: [ResourceRow] =
    [
      // A refusal that cannot be audited is a refusal still, and says why it is not in the audit: the first line of one, which
      // needs a block.
      ResourceRow(.fullDisk, "review nosuch", .refused(74, "no space is left")),
      ResourceRow(.readOnlyDisk, "review nosuch", .refused(74, "read-only")),
    ]
    + readers.flatMap {
      [ResourceRow(.fullDisk, $0, .asUsual), ResourceRow(.readOnlyDisk, $0, .asUsual)]
    }
    + writers.flatMap {
      [
        ResourceRow(.fullDisk, $0, .refused(74, "no space is left on its disk; make room")),
        ResourceRow(
          .readOnlyDisk, $0, .refused(74, "its file system is read-only; mount it for writing")),
      ]
    }

  static let processes: [ResourceRow] =
    ["--nofile=5", "--nofile=6", "--nofile=8"].map {
      ResourceRow(.process($0), "review acme", .refused(70, "this process may open no more files"))
    } + [
      ResourceRow(
        .process("--as=200000000"), "sync acme", .refused(70, "there is not enough memory")),
      ResourceRow(.process("--fsize=8192"), "sync acme", .refused(74, "ulimit -f")),
      ResourceRow(
        .process("--fsize=8192"), "users import acme HOME/users.csv", .refused(74, "ulimit -f")),
      ResourceRow(
        .process("--fsize=1000"), "export acme --output HOME/acme.csv",
        .refused(74, "would be longer than is allowed here; raise the limit: 'ulimit -f'")),
      ResourceRow(.threads(0), "review acme", .refused(70, "may start no more threads")),
      ResourceRow(.threads(5), "sync acme", .refused(70, "may start no more threads")),
      ResourceRow(.threads(12), "review acme", .asUsual),
      ResourceRow(.process("--nofile=20"), "review acme", .asUsual),
      ResourceRow(
        .output("> /dev/full"), "export acme", .refused(74, "no space is left on its disk")),
      ResourceRow(
        .output("> /dev/full"), "review acme", .refused(74, "no space is left on its disk")),
      ResourceRow(.output(">&-"), "review acme", .refused(74, "standard output cannot be written")),
      ResourceRow(.closedPipe, "export acme", .refused(74, "")),
      ResourceRow(.closedPipe, "review acme", .refused(74, "")),
    ]
}
