internal import PluginContract

/// Writes the table of directory users.
///
/// Every ``groupSize`` rows stand in a `tbody` of their own, counted from the first row whatever
/// the batches (R4): the browser lays out only the groups that are in view.
struct UserRowWriter {
  static let groupSize = 100

  private struct Column {
    let column: RowColumn
    let open: [UInt8]
    let close: [UInt8]
    /// The whole cell of an absent value: never a heading, which may not be empty.
    let empty: [UInt8]
    /// Whole cells of the values that are known beforehand.
    let known: [(value: [UInt8], cell: [UInt8])]

    init(_ column: RowColumn, isFirst: Bool) {
      let tag = isFirst ? "th" : "td"
      let scope = isFirst ? " scope=\"row\"" : ""
      let close = "</\(tag)>"
      func classes(_ style: String) -> String {
        let names = [ColumnStyle.width(column) ?? "", style].filter { !$0.isEmpty }
        return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
      }
      self.column = column
      open = Array("<\(tag)\(scope)\(classes(""))>".utf8)
      self.close = Array(close.utf8)
      empty = Array("<td\(classes(""))>\(ColumnStyle.absent(column))</td>".utf8)
      known = ColumnStyle.known(column).map { value, style, text in
        (Array(value.utf8), Array("<\(tag)\(scope)\(classes(style))>\(text)\(close)".utf8))
      }
    }
  }

  private let columns: [Column]
  private var count = 0

  init(columns: [RowColumn]) {
    self.columns = columns.enumerated().map { Column($1, isFirst: $0 == 0) }
  }

  mutating func begin(total: Int, to html: inout HTMLBytes) {
    html.raw("<section>\n<h2 id=\"users-title\">Directory users</h2>\n")
    if total > 0 { Self.writeSearch(to: &html) }
    html.raw(
      "<div class=\"scroll\" role=\"region\" aria-labelledby=\"users-title\" tabindex=\"0\">\n")
    html.raw("<table id=\"users\" class=\"rows\" aria-labelledby=\"users-title\">\n<thead><tr>")
    for column in columns {
      html.raw("<th scope=\"col\"")
      if let width = ColumnStyle.width(column.column) {
        html.raw(" class=\"")
        html.plain(width)
        html.raw("\"")
      }
      html.raw(">")
      html.text(ColumnStyle.heading(column.column))
      html.raw("</th>")
    }
    html.raw("</tr></thead>\n")
  }

  mutating func write(_ batch: RowBatch, to html: inout HTMLBytes) {
    let values = columns.map { batch.values(of: $0.column) }
    for row in 0..<batch.count {
      if count % Self.groupSize == 0 { html.raw(count == 0 ? "<tbody>\n" : "</tbody><tbody>\n") }
      count += 1
      html.raw("<tr>")
      for (index, column) in columns.enumerated() {
        write(column, values[index], row, to: &html)
      }
      html.raw("</tr>\n")
    }
  }

  func end(to html: inout HTMLBytes) {
    if count > 0 { html.raw("</tbody>") }
    html.raw("</table>\n")
    if count == 0 { html.raw("<p class=\"none\">There are no directory users.</p>\n") }
    html.raw("</div>\n</section>\n")
  }

  private func write(
    _ column: Column, _ values: PackedColumn?, _ row: Int, to html: inout HTMLBytes
  ) {
    guard let values else { return html.raw(column.empty) }
    let range = values.values(of: row)
    if range.count <= 1 {
      let value = range.first.map { values.value($0) } ?? []
      if value.isEmpty { return html.raw(column.empty) }
      if let known = column.known.first(where: { value.elementsEqual($0.value) }) {
        return html.raw(known.cell)
      }
    }
    html.raw(column.open)
    for index in range {
      if index > range.lowerBound { html.raw("; ") }
      html.text(values.value(index))
    }
    html.raw(column.close)
  }

  /// The script shows it; without one it would do nothing.
  private static func writeSearch(to html: inout HTMLBytes) {
    html.raw(
      """
      <div class="find" role="search">
      <label for="search">Search</label>
      <input id="search" type="search" autocomplete="off" spellcheck="false" \
      placeholder="login, address, reason …">
      <p id="shown" role="status"></p>
      </div>

      """)
  }
}
