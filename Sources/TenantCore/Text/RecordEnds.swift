internal import PluginContract

/// Finds where records of CSV end, without taking them apart.
struct RecordEnds {
  let delimiter: UInt8

  /// The place behind the last line end outside of quotes; nil if there is none.
  ///
  /// - Parameter text: begins where a record does, and may end anywhere.
  func last(in text: Span<UInt8>) -> Int? {
    var last: Int?
    // Where the line begins if a record does there, and not behind a cell in quotes.
    var lineStart: Int? = 0
    var place = 0
    while let found = next(in: text, from: place, alsoLineEnds: true) {
      place = found + 1
      if text[found] == UInt8(ascii: "\n") {
        last = place
        lineStart = place
        continue
      }
      guard opensCell(text, at: found, lineStart) else { continue }
      if let lineStart, isType(text, at: lineStart) {
        while place < text.count, text[place] != UInt8(ascii: "\n") { place += 1 }
        continue
      }
      lineStart = nil
      guard let end = closing(text, from: place) else { return last }
      place = end
    }
    return last
  }

  /// A quote anywhere else is a letter.
  private func opensCell(_ text: Span<UInt8>, at quote: Int, _ lineStart: Int?) -> Bool {
    if quote == lineStart || quote > 0 && text[quote - 1] == delimiter { return true }
    guard let lineStart else { return false }
    return withoutMarks(text, from: lineStart) == quote
  }

  private func isType(_ text: Span<UInt8>, at lineStart: Int) -> Bool {
    CSVHead.isType(text, at: withoutMarks(text, from: lineStart), end: text.count)
  }

  private func withoutMarks(_ text: Span<UInt8>, from start: Int) -> Int {
    var place = start
    while CSVHead.isByteOrderMark(text, at: place, end: text.count) { place += 3 }
    return place
  }

  /// The place behind the quote that closes a cell; nil if it is not there.
  private func closing(_ text: Span<UInt8>, from start: Int) -> Int? {
    var place = start
    while let quote = next(in: text, from: place, alsoLineEnds: false) {
      place = quote + 1
      guard place < text.count, text[place] == UInt8(ascii: "\"") else { return place }
      place += 1
    }
    return nil
  }

  /// The next quote, or line end.
  private func next(in text: Span<UInt8>, from start: Int, alsoLineEnds: Bool) -> Int? {
    var place = start
    while place + 8 <= text.count {
      let word = ASCIIText.word(text, at: place)
      var marks = ASCIIText.marks(of: UInt8(ascii: "\""), in: word)
      if alsoLineEnds { marks |= ASCIIText.marks(of: UInt8(ascii: "\n"), in: word) }
      if marks != 0 { return place + ASCIIText.first(marks) }
      place += 8
    }
    while place < text.count {
      if text[place] == UInt8(ascii: "\"") || alsoLineEnds && text[place] == UInt8(ascii: "\n") {
        return place
      }
      place += 1
    }
    return nil
  }
}
