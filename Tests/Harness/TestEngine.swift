import Foundation

/// The engine on which the tests of the store, and those that run the programs, keep what they store:
/// `TENANTCTL_TEST_STORE` says so, and `Scripts/run-tests` runs them once for each.
package enum TestEngine: String, Sendable, CaseIterable {
  case sqlite, postgresql

  /// The engine of this run; SQLite if nothing is said.
  ///
  /// A word that names none is no engine: rather than to test SQLite twice, nothing is tested.
  package static let current: TestEngine? = {
    let variable = ProcessInfo.processInfo.environment["TENANTCTL_TEST_STORE"] ?? ""
    return variable.isEmpty ? .sqlite : TestEngine(rawValue: variable)
  }()

  /// Seeds of a property test: all of them with SQLite, where they also try the rules themselves, and a quarter with
  /// PostgreSQL, which each step is asked of by messages.
  package static func seeds(_ count: Int) -> Range<Int> {
    0..<(current == .postgresql ? count / 4 : count)
  }
}
