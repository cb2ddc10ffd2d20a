import GRDB
import Harness
import Testing

@testable import TenantStore

extension Trait where Self == ConditionTrait {
  /// For tests of what SQLite does with its files, and of stores of earlier versions, which were never anything
  /// else. In the run of the tests on PostgreSQL there is nothing of that to test.
  static func sqliteOnly(_ what: Comment) -> Self {
    .enabled(if: TestEngine.current == .sqlite, what)
  }
}

extension TenantStore {
  /// The database itself.
  var sqlite: DatabaseQueue {
    get throws { try #require(engine as? SQLiteEngine).database }
  }
}
