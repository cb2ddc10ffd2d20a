/// A table of what is known at the end, in groups like the table of users.
struct SummaryTable {
  /// The word for the section's identifiers in the page.
  let id: StaticString
  let title: StaticString
  /// The headings, and the class of the style sheet for the width of each.
  let columns: [(heading: StaticString, width: StaticString)]

  /// Writes the section; nothing if there are no rows.
  func write(_ rows: some Collection<[String]>, to html: inout HTMLBytes) {
    guard !rows.isEmpty else { return }
    html.raw("<section>\n<h2 id=\"")
    html.raw(id)
    html.raw("-title\">")
    html.raw(title)
    html.raw(" <small>")
    html.number(rows.count)
    html.raw("</small></h2>\n<div class=\"scroll\" role=\"region\" aria-labelledby=\"")
    html.raw(id)
    html.raw("-title\" tabindex=\"0\">\n<table class=\"rows\" aria-labelledby=\"")
    html.raw(id)
    html.raw("-title\">\n<thead><tr>")
    for column in columns {
      open("th scope=\"col\"", column.width, to: &html)
      html.raw(column.heading)
      html.raw("</th>")
    }
    html.raw("</tr></thead>\n")
    for (index, row) in rows.enumerated() {
      if index % UserRowWriter.groupSize == 0 {
        html.raw(index == 0 ? "<tbody>\n" : "</tbody><tbody>\n")
      }
      write(row, to: &html)
    }
    html.raw("</tbody></table>\n</div>\n</section>\n")
  }

  private func write(_ row: [String], to html: inout HTMLBytes) {
    html.raw("<tr>")
    for (index, (column, value)) in zip(columns, row).enumerated() {
      let isHeading = index == 0 && columns.count > 1 && !value.isEmpty
      open(isHeading ? "th scope=\"row\"" : "td", column.width, to: &html)
      html.text(value)
      html.raw(isHeading ? "</th>" : "</td>")
    }
    html.raw("</tr>\n")
  }

  private func open(_ tag: StaticString, _ width: StaticString, to html: inout HTMLBytes) {
    html.raw("<")
    html.raw(tag)
    if width.utf8CodeUnitCount > 0 {
      html.raw(" class=\"")
      html.raw(width)
      html.raw("\"")
    }
    html.raw(">")
  }
}
