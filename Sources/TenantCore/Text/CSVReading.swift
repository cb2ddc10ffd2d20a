/// Reads a CSV file from its names to its end, several blocks of rows at once; what is read, its order and the
/// first error are the same for any number of threads.
package struct CSVReading: Sendable {
  /// How many blocks are read at once.
  package let threads: Int
  /// The bytes of a block.
  package let blockSize: Int

  /// Takes how to read.
  package init(threads: Int, blockSize: Int = CSVBlocks.defaultSize) {
    self.threads = threads
    self.blockSize = blockSize
  }

  /// What reads the rows of one block, up to the first error.
  package typealias RowReader<Rows> =
    @Sendable (
      _ table: inout CSVTable, _ rows: inout Rows
    ) throws(TextError) -> Void

  private struct Answer<Rows: Sendable>: Sendable {
    var rows: Rows
    var lineCount = 0
    var error: TextError?
  }

  /// Reads a file. It blocks, and is for work that has a thread of its own already.
  ///
  /// - Parameters:
  ///   - empty: rows to add to, for each block.
  ///   - reader: gives what reads rows, by the names; nil stands for a file without a record.
  ///   - deliver: takes the rows of each block in order, and how many lines stand before the block: lines
  ///     that the reader sees are counted from 1 in each.
  /// - Throws: ``NoTextFile`` if the file as a whole is no text, whatever else is wrong with it; ``TextError``
  ///   for what CSV does not allow; what the closures throw.
  package func read<Rows: Sendable>(
    _ source: consuming TextSource, empty: Rows,
    reader: (CSVHeader?) throws -> RowReader<Rows>,
    deliver: (Rows, _ linesBefore: Int) throws -> Void
  ) throws {
    var blocks = CSVBlocks(source, size: blockSize)
    do {
      try read(&blocks, empty, reader, deliver)
    } catch let error where !(error is CancellationError) {
      do { try blocks.checkWhole() } catch let problem as TextError { throw NoTextFile(problem) }
      guard error is NoText else { throw error }
      throw TextError(line: 1, message: "the file was changed while it was read; try again")
    }
  }

  private func read<Rows: Sendable>(
    _ blocks: inout CSVBlocks, _ empty: Rows, _ reader: (CSVHeader?) throws -> RowReader<Rows>,
    _ deliver: (Rows, _ linesBefore: Int) throws -> Void
  ) throws {
    var first = try blocks.first()
    let header = first?.header
    let readRows = try reader(header)
    guard let header else { return }
    var lines = 0
    try OrderedWork(threads: threads).run(
      next: {
        if let table = first {
          first = nil
          return table
        }
        guard let block = try blocks.next() else { return nil }
        return CSVTable(block, header: header)
      },
      work: { table in
        var table = table
        try table.check()
        var answer = Answer(rows: empty)
        do throws(TextError) { try readRows(&table, &answer.rows) } catch { answer.error = error }
        answer.lineCount = table.lineCount
        return answer
      },
      deliver: { (answer: Answer<Rows>) in
        try deliver(answer.rows, lines)
        if let error = answer.error {
          throw TextError(line: lines + error.line, message: error.message)
        }
        lines += answer.lineCount
      })
  }
}

/// A file is no text at all.
package struct NoTextFile: Error {
  /// What is wrong, and on which line first.
  package let problem: TextError

  /// Takes what is wrong.
  package init(_ problem: TextError) { self.problem = problem }
}
