/// What a run writes, as rows of one `COPY`: the server writes what has come while the next is made, however much it is
/// one statement, and little of it is in memory at once (H5).
///
/// `COPY` into a table is refused where row-level security is on
/// (https://www.postgresql.org/docs/current/sql-copy.html). The rows go into a view that holds nothing: a row of it is a
/// statement and its parameters, and the view's trigger runs it, with the rights of whoever copies.
struct WriteStream {
  /// How many parameters of a kind a statement may have, each an array.
  private static let counts: [(kind: RowSet.Kind, type: String, count: Int)] = [
    (.integer, "bigint[]", 12), (.text, "text[]", 24), (.blob, "bytea[]", 12),
  ]
  private static let view = "statements"

  /// The view and its trigger. A set of rows is joined by its size: nobody has counted yet how many rows a new tenant
  /// has, and nested loops over all of them would not end.
  static let create: String = {
    let columns = counts.enumerated().flatMap { place, kind in
      (1...kind.count).map { (name: "p\(before(place) + $0)", type: kind.type) }
    }
    return """
      CREATE VIEW \(view) AS SELECT NULL::text AS statement,
        \(columns.map { "NULL::\($0.type) AS \($0.name)" }.joined(separator: ", ")) WHERE false;
      CREATE FUNCTION run_statement() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
      BEGIN
        EXECUTE NEW.statement USING \(columns.map { "NEW.\($0.name)" }.joined(separator: ", "));
        RETURN NULL;
      END $$;
      CREATE TRIGGER \(view)_run INSTEAD OF INSERT ON \(view)
        FOR EACH ROW EXECUTE FUNCTION run_statement();
      """
  }()

  /// The statement that begins it.
  static let copy = "COPY \(view) FROM STDIN (FORMAT binary)"
  /// What comes before the rows, and behind them.
  static let (head, end): ([UInt8], [UInt8]) = (
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8),
    [0xFF, 0xFF]
  )

  /// The number of the parameters of the kinds before one.
  private static func before(_ kind: Int) -> Int {
    counts[..<kind].reduce(0) { $0 + $1.count }
  }

  /// A row: a statement, and its parameters by their kinds.
  ///
  /// - Throws: ``StoreError`` if it has more parameters than a row has room for.
  static func row(_ sql: String, _ parameters: PostgresParameters) throws -> [UInt8] {
    var used = counts.map { _ in 0 }
    var fields = [Range<Int>?](repeating: nil, count: before(counts.count))
    var isArray = [Bool](repeating: false, count: fields.count)
    var names: [String] = []
    for parameter in parameters.parameters {
      guard let bytes = parameter.bytes, let kind = Self.kind(of: parameter.type) else {
        names.append("NULL")
        continue
      }
      guard used[kind.place] < counts[kind.place].count else {
        throw StoreError(.store, "a statement has too many parameters; nothing was written")
      }
      let place = before(kind.place) + used[kind.place]
      used[kind.place] += 1
      fields[place] = bytes
      isArray[place] = kind.isArray
      names.append(kind.isArray ? "$\(place + 1)" : "($\(place + 1))[1]")
    }
    var row: [UInt8] = []
    row.reserveCapacity(parameters.bytes.count + sql.utf8.count + 512)
    row += [0, UInt8(fields.count + 1)]
    let text = Array(PostgresTransaction.renumbered(sql) { names[max(0, $0 - 1)] }.utf8)
    PostgresParameters.append(UInt32(text.count), to: &row)
    row += text
    for (place, field) in fields.enumerated() {
      guard let field else {
        PostgresParameters.append(UInt32.max, to: &row)
        continue
      }
      let head = isArray[place] ? [] : PostgresArray.headOfOne(kind(at: place), field.count)
      PostgresParameters.append(UInt32(head.count + field.count), to: &row)
      row += head
      row += parameters.bytes[field]
    }
    return row
  }

  private static func kind(of type: UInt32) -> (place: Int, isArray: Bool)? {
    switch type {
    case PostgresType.int8Array: (0, true)
    case PostgresType.textArray: (1, true)
    case PostgresType.byteaArray: (2, true)
    case PostgresType.int8: (0, false)
    case PostgresType.text: (1, false)
    case PostgresType.bytea: (2, false)
    default: nil
    }
  }

  private static func kind(at place: Int) -> RowSet.Kind {
    place < before(1) ? .integer : place < before(2) ? .text : .blob
  }
}
