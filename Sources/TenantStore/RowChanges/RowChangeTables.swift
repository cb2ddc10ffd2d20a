/// The tables that tell which rows of the snapshot changed when, and what was counted of all rows last.
enum RowChangeTables {
  /// `row_changes` has a row for each run, and each deed by hand, that changed what a review looks at: `keys` are the
  /// rows that did and the directory users whose links vanished (``RowChangeKeys``), NULL for all that there are. By hand, `run` is the complete run before.
  /// The first row says from when on it is known what changed.
  ///
  /// `standing` has one row, of which `basis` says what the counts are of.
  static let create = """
    CREATE TABLE row_changes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      run INTEGER NOT NULL,
      is_by_hand INTEGER NOT NULL,
      at TEXT NOT NULL,
      keys BLOB
    );
    INSERT INTO row_changes (run, is_by_hand, at)
    SELECT id, 0, completed_at FROM runs WHERE outcome = 'complete' ORDER BY id DESC LIMIT 1;
    CREATE TABLE standing (
      id INTEGER PRIMARY KEY CHECK (id = 0),
      basis TEXT NOT NULL,
      counts TEXT NOT NULL
    );
    """
}
