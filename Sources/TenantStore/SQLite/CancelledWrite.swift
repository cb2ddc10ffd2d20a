internal import GRDB
internal import GRDBSQLite
internal import OperatingSystem

/// Ends a write in the midst of its statements once it is cancelled; the transaction is then rolled
/// back.
///
/// An interruption (which GRDB makes of a cancelled task) ends the statement that is just running, and
/// between two of a million short ones there is none. So SQLite asks by itself, again and again
/// (https://sqlite.org/c3ref/progress_handler.html).
enum CancelledWrite {
  /// After how many of SQLite's instructions the flag is looked at: a row takes some tens of them.
  private static let instructions: Int32 = 1000

  /// Runs what writes.
  ///
  /// - Throws: what it throws; `CancellationError` once the flag is raised.
  static func watch<Value>(
    _ database: Database, _ cancellation: Cancellation, _ write: () throws -> Value
  ) throws -> Value {
    try cancellation.check()
    let connection = unsafe database.sqliteConnection
    let flag = unsafe Unmanaged.passUnretained(cancellation)
    unsafe sqlite3_progress_handler(
      connection, instructions,
      { word in
        guard let word = unsafe word else { return 0 }
        return unsafe Unmanaged<Cancellation>.fromOpaque(word).takeUnretainedValue().isRaised
          ? 1 : 0
      }, flag.toOpaque())
    defer {
      unsafe sqlite3_progress_handler(connection, 0, nil, nil)
      withExtendedLifetime(cancellation) {}
    }
    do {
      return try write()
    } catch {
      try cancellation.check()
      throw error
    }
  }
}
