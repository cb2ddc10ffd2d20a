/// The tables that hold rounds of review, their decisions, and the rows of those that were signed.
///
/// A signed round never changes (V4): the database itself refuses it.
enum ReviewTables {
  static let create = """
    CREATE TABLE reviews (
      number INTEGER PRIMARY KEY,
      state TEXT NOT NULL,
      opened_at TEXT NOT NULL, opened_by TEXT NOT NULL, opened_run INTEGER NOT NULL,
      opened_change INTEGER NOT NULL,
      closed_at TEXT, closed_by TEXT, closed_run INTEGER, closed_change INTEGER,
      statement TEXT, digest TEXT, previous_digest TEXT, last_decision INTEGER, details TEXT,
      key_signature TEXT
    );
    CREATE UNIQUE INDEX reviews_open ON reviews (state) WHERE state = 'open';
    CREATE TRIGGER reviews_refuse_update BEFORE UPDATE ON reviews WHEN OLD.state <> 'open'
    BEGIN SELECT RAISE(ABORT, 'a closed review never changes'); END;
    CREATE TRIGGER reviews_refuse_delete BEFORE DELETE ON reviews
    BEGIN SELECT RAISE(ABORT, 'a review is never deleted'); END;

    CREATE TABLE review_decisions (
      id INTEGER PRIMARY KEY,
      review INTEGER NOT NULL REFERENCES reviews (number),
      subject BLOB NOT NULL,
      kind TEXT NOT NULL, note TEXT, until_day TEXT, assignee TEXT,
      actor TEXT NOT NULL, at TEXT NOT NULL,
      state TEXT, user_name TEXT, reason_code TEXT, flags INTEGER NOT NULL
    );
    CREATE INDEX review_decisions_by_review ON review_decisions (review);
    """ + appendOnly("review_decisions") + """

      CREATE TABLE review_rows (
        review INTEGER NOT NULL REFERENCES reviews (number),
        number INTEGER NOT NULL,
        domain TEXT NOT NULL,
        row_count INTEGER NOT NULL,
        facts BLOB NOT NULL, shown BLOB NOT NULL,
        PRIMARY KEY (review, number)
      );
      """ + appendOnly("review_rows")

  private static func appendOnly(_ table: String) -> String {
    ["UPDATE", "DELETE"].map { event in
      """

      CREATE TRIGGER \(table)_refuse_\(event.lowercased()) BEFORE \(event) ON \(table)
      BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;
      """
    }.joined(separator: "\n")
  }
}
