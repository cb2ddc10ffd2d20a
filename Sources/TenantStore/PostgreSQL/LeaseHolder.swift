internal import Foundation
internal import Glibc
internal import TenantCore

/// The process that holds a lease: by its host's name and its number, which people read, and by what tells it from
/// every other process that has, had or will have the same number.
struct LeaseHolder: Sendable, Equatable {
  /// The host's name.
  let host: String
  /// The process's number.
  let process: Int32
  /// The boot of the kernel (random(4)) and the namespace of process numbers (pid_namespaces(7)); empty if the system does
  /// not say.
  private let place: String
  /// When the process began, in clock ticks since the boot; 0 if the system does not say.
  private let start: UInt64

  /// This process.
  static let current = LeaseHolder(
    host: ProcessInfo.processInfo.hostName, process: getpid(), place: Self.here,
    start: Self.start(of: getpid()) ?? 0)

  private init(host: String, process: Int32, place: String, start: UInt64) {
    self.host = host
    self.process = process
    self.place = place
    self.start = start
  }

  /// Reads what ``text`` has written; nil for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 4, let process = Int32(parts[1]), let start = UInt64(parts[3]) else {
      return nil
    }
    self.init(host: String(parts[0]), process: process, place: String(parts[2]), start: start)
  }

  /// As it is stored.
  var text: String { "\(host.replacing(" ", with: "_")) \(process) \(place) \(start)" }

  /// True if the process is known to have ended, because it ran where this one runs. Its lease need not be waited for,
  /// as a lock of the kernel is gone with its process; whoever ended keeps no host waiting.
  var hasEnded: Bool {
    guard !place.isEmpty, start > 0, place == Self.here else { return false }
    if let began = Self.start(of: process) { return began != start }
    // Of other accounts' processes /proc may say nothing (proc(5), hidepid), of which kill(2) still tells.
    return kill(process, 0) != 0 && errno == ESRCH
  }

  private static let here: String = {
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let numbers = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    guard let boot, let numbers else { return "" }
    return (boot + numbers).filter { !$0.isWhitespace }
  }()

  /// Field 22 of proc_pid_stat(5), the same for no other process of that number; nil if nothing is said of it. A process that
  /// has ended and is not waited for yet has none.
  private static func start(of process: Int32) -> UInt64? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The program's name, in parentheses, may have any characters.
      let name = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[name...].split(separator: " ")
    guard fields.count > 20 else { return nil }
    return ["Z", "X"].contains(fields[1]) ? 0 : UInt64(fields[20])
  }
}
