import Harness
import Testing

extension Trait where Self == ConditionTrait {
  /// For tests of SQLite's files. In the run of the tests on PostgreSQL there is nothing of that to test.
  static func sqliteOnly(_ what: Comment) -> Self {
    .enabled(if: TestEngine.current == .sqlite, what)
  }
}
