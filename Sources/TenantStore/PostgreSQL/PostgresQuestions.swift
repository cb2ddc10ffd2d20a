/// A query without parameters that will come and gives few rows, and what its columns hold.
struct Question: Sendable {
  let sql: String
  let columns: [RowSet.Kind]
}

/// The rows that a query gave: a result, or a part of one that answers several queries.
struct PostgresAnswer {
  private let result: PostgresResult
  /// Which rows and columns of the result; nil for all.
  private let part: (rows: [Int], columns: [Int])?

  init(_ result: PostgresResult, part: (rows: [Int], columns: [Int])? = nil) {
    self.result = result
    self.part = part
  }

  var rowCount: Int { part?.rows.count ?? result.rowCount }

  var columnCount: Int { part?.columns.count ?? result.columnCount }

  func type(_ row: Int, _ column: Int) -> CellType {
    guard let part else { return result.type(row, column) }
    return result.type(part.rows[row], part.columns[column])
  }

  func integer(_ row: Int, _ column: Int) -> Int64 {
    guard let part else { return result.integer(row, column) }
    return result.integer(part.rows[row], part.columns[column])
  }

  func memory(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
    guard let part else { return unsafe result.memory(row, column) }
    return unsafe result.memory(part.rows[row], part.columns[column])
  }
}

/// Several queries as one statement, whose rows say which of them they answer: a run has few statements (H5).
struct PostgresQuestions {
  private let questions: [Question]
  /// Of each query, the columns of the statement that its own are in; the first one says which query it is.
  private let columns: [[Int]]
  private let kinds: [RowSet.Kind]

  init(_ questions: [Question]) {
    self.questions = questions
    let most = { (kind: RowSet.Kind) in
      questions.map { $0.columns.count { $0 == kind } }.max() ?? 0
    }
    let (integers, texts) = (most(.integer), most(.text))
    kinds =
      Array(repeating: .integer, count: integers) + Array(repeating: .text, count: texts)
      + Array(repeating: .blob, count: most(.blob))
    columns = questions.map { question in
      var (integer, text, blob) = (1, 1 + integers, 1 + integers + texts)
      return question.columns.map { kind in
        switch kind {
        case .integer:
          integer += 1
          return integer - 1
        case .text:
          text += 1
          return text - 1
        case .blob:
          blob += 1
          return blob - 1
        }
      }
    }
  }

  /// The statement.
  var sql: String {
    zip(questions, columns).enumerated().map { number, query in
      let (question, places) = query
      let names = question.columns.indices.map { "c\($0)" }.joined(separator: ", ")
      let values = kinds.enumerated().map { place, kind in
        let type =
          switch kind {
          case .integer: "bigint"
          case .text: "text"
          case .blob: "bytea"
          }
        return "\(places.firstIndex(of: place + 1).map { "c\($0)" } ?? "NULL")::\(type)"
      }
      return """
        SELECT \(number)::bigint, \(values.joined(separator: ", "))
        FROM (\(question.sql)) AS q\(number) (\(names))
        """
    }.joined(separator: "\nUNION ALL\n")
  }

  /// What its result says, by query. Each query's rows are in its order, whatever is between them.
  func answers(_ result: PostgresResult) -> [String: PostgresAnswer] {
    var rows = [[Int]](repeating: [], count: questions.count)
    for row in 0..<result.rowCount {
      let number = Int(result.integer(row, 0))
      if rows.indices.contains(number) { rows[number].append(row) }
    }
    return Dictionary(
      zip(questions, zip(rows, columns)).map { ($0.sql, PostgresAnswer(result, part: $1)) }
    ) { first, _ in first }
  }
}
