/// One bar, as wide as all users, a part for each state.
struct StateChart {
  /// The bar's length in the units of its own picture.
  private static let length = 1000
  /// The shortest part: one user among a hundred thousand is to be seen as well.
  private static let shortest = 5

  let counts: [(state: String, count: Int)]

  func write(to html: inout HTMLBytes) {
    html.raw("<svg class=\"chart\" role=\"img\" aria-labelledby=\"chart-title chart-text\" ")
    html.raw("viewBox=\"0 0 1000 16\" preserveAspectRatio=\"none\">\n")
    html.raw("<title id=\"chart-title\">Users by state</title>\n<desc id=\"chart-text\">")
    for (index, entry) in counts.enumerated() {
      if index > 0 { html.raw(", ") }
      html.plain(entry.state)
      html.raw(" ")
      html.number(entry.count)
    }
    html.raw("</desc>\n")
    var start = 0
    for (entry, length) in zip(counts, lengths) {
      part(entry, start, length, to: &html)
      start += length
    }
    html.raw("</svg>\n")
  }

  private func part(
    _ entry: (state: String, count: Int), _ start: Int, _ length: Int, to html: inout HTMLBytes
  ) {
    html.raw("<rect class=\"")
    html.plain(StateStyle.name(entry.state))
    html.raw("\" x=\"")
    html.plain(String(start))
    html.raw("\" width=\"")
    // The gap tells neighbours apart without colour.
    html.plain(String(start + length < Self.length ? length - 2 : length))
    html.raw("\" height=\"16\"><title>")
    html.plain(entry.state)
    html.raw(": ")
    html.number(entry.count)
    html.raw("</title></rect>\n")
  }

  /// The length of each part; what the short ones get more, the longest gets less.
  private var lengths: [Int] {
    let total = counts.reduce(0) { $0 + $1.count }
    guard total > 0 else { return [] }
    var lengths = counts.map { max(Self.shortest, $0.count * Self.length / total) }
    let excess = lengths.reduce(0, +) - Self.length
    if let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] }) {
      lengths[longest] -= excess
    }
    return lengths
  }
}
