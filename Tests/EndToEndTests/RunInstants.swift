import Foundation
import Harness
import Synchronization
import Testing

/// The statements of one run of the service, from the one that takes the tenant's lease to the one that gives it back, as
/// a gate has seen them. Which those are, and how many, is for the program to say.
struct RunInstants {
  /// A place in a run at which its host is killed.
  struct Instant: Sendable, CustomTestStringConvertible {
    /// How many statements came since the one that takes the lease.
    let offset: Int
    /// True if the database does what the statement says, and the host does not hear of it.
    let isAfter: Bool
    let phase: String
    let count: Int

    var testDescription: String {
      "\(phase), \(isAfter ? "after" : "before") statement \(offset + 1) of \(count)"
    }

    /// What lets a gate stop there.
    var rule: PostgresGate.Rule {
      let start = Mutex<Int?>(nil)
      return { statement in
        let place = start.withLock { start in
          if start == nil, statement.text.contains(RunInstants.lease) { start = statement.number }
          return start.map { statement.number - $0 }
        }
        guard place == offset else { return .pass }
        return isAfter ? .stopAfter : .stopBefore
      }
    }
  }

  /// What these statements have in their text: one takes the lease, one locks its row for the transaction that writes
  /// the run (H3), one gives the lease back.
  static let (lease, claim, release) = (
    "UPDATE leases SET holder", "leases.version + 1", "SET token = NULL"
  )

  private static func isCommit(_ text: String) -> Bool { text.hasSuffix("COMMIT") }

  /// All instants.
  let all: [Instant]
  /// The first of each phase, and one in the middle of what is written.
  let few: [Instant]

  /// - Returns: nil if they are not a run's.
  init?(_ statements: [PostgresGate.Statement]) {
    let texts = statements.map(\.text)
    guard let first = texts.firstIndex(where: { $0.contains(Self.lease) }) else { return nil }
    let run = Array(texts[first...])
    guard let claim = run.firstIndex(where: { $0.contains(Self.claim) }),
      let commit = run[(claim + 1)...].firstIndex(where: Self.isCommit),
      let release = run[commit...].firstIndex(where: { $0.contains(Self.release) }),
      let begin = run[...claim].lastIndex(where: { $0.hasPrefix("BEGIN") })
    else { return nil }
    let count = release + 1
    func instant(_ offset: Int, isAfter: Bool = false) -> Instant {
      let phase =
        if offset == 0 { "taking the lease" } else if offset < begin {
          "reading the store"
        } else if offset == begin { "deciding" } else if offset < commit {
          "writing the transaction"
        } else if offset == commit, !isAfter { "at commit" } else { "after commit" }
      return Instant(offset: offset, isAfter: isAfter, phase: phase, count: count)
    }
    all = (0..<count).map { instant($0) } + [instant(commit, isAfter: true)]
    few =
      [0, min(3, begin), begin, claim + 1, (claim + commit) / 2, commit].map { instant($0) } + [
        instant(commit, isAfter: true)
      ]
  }

  /// Those that are tried: a few, all with `TENANTCTL_CRASH_INSTANTS=all`, n more with a number, seeded by
  /// `TENANTCTL_CRASH_SEED`.
  var chosen: [Instant] {
    let environment = ProcessInfo.processInfo.environment
    let wanted = environment["TENANTCTL_CRASH_INSTANTS"] ?? ""
    if wanted == "all" { return all }
    var random = SeededGenerator(
      seed: environment["TENANTCTL_CRASH_SEED"].flatMap(UInt64.init) ?? 1)
    return few + all.shuffled(using: &random).prefix(Int(wanted) ?? 0)
  }

  /// A rule that stops a statement of the transaction which writes a run: so many after the one that locks the lease's row,
  /// or the one that commits if nil.
  static func writing(
    _ offset: Int?, _ verdict: PostgresGate.Verdict = .stopBefore
  ) -> PostgresGate.Rule {
    let place = Mutex((hasLease: false, since: Int?.none))
    return { statement in
      place.withLock { place in
        if statement.text.contains(lease) { place.hasLease = true }
        guard let since = place.since else {
          let isClaim = place.hasLease && statement.text.contains(claim)
          if isClaim { place.since = 0 }
          return isClaim && offset == 0 ? verdict : .pass
        }
        place.since = since + 1
        let isThere = offset.map { since + 1 == $0 } ?? Self.isCommit(statement.text)
        return isThere ? verdict : .pass
      }
    }
  }
}
