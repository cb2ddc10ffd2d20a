internal import PluginContract

/// The counts: as figures, as a bar, and by status and state. The last are the filter too, where
/// the script runs and the table has the column.
struct Overview {
  private let header: ExportHeader

  private var total: Int { header.matched + header.notMatched }

  /// Without the columns there is nothing to choose by.
  private var canFilter: Bool {
    header.columns.contains(.status) || header.columns.contains(.state)
  }

  init(_ header: ExportHeader) { self.header = header }

  func write(to html: inout HTMLBytes) {
    html.raw("<section class=\"overview\" aria-label=\"Counts\">\n<dl class=\"figures\">\n")
    figure("Directory users", total, isShare: false, to: &html)
    figure("Matched", header.matched, isShare: true, to: &html)
    figure("Not Matched", header.notMatched, isShare: true, to: &html)
    html.raw("</dl>\n")
    if total > 0 {
      StateChart(counts: header.countsByState).write(to: &html)
      writeChoices(to: &html)
    }
    html.raw("</section>\n")
  }

  private func figure(
    _ name: StaticString, _ count: Int, isShare: Bool, to html: inout HTMLBytes
  ) {
    html.raw("<div><dt>")
    html.raw(name)
    html.raw("</dt><dd>")
    html.number(count)
    if isShare && total > 0 {
      let tenths = (count * 1000 + total / 2) / total
      html.raw(" <small>")
      html.text("\(tenths / 10).\(tenths % 10) %")
      html.raw("</small>")
    }
    html.raw("</dd></div>\n")
  }

  private func writeChoices(to html: inout HTMLBytes) {
    html.raw("<fieldset class=\"choices\">\n<legend>Users by status and state</legend>\n")
    choice("All", count: total, column: nil, style: nil, isFirst: true, to: &html)
    choice("Matched", count: header.matched, column: .status, style: nil, to: &html)
    choice("Not Matched", count: header.notMatched, column: .status, style: nil, to: &html)
    for (state, count) in header.countsByState {
      choice(state, count: count, column: .state, style: StateStyle.name(state), to: &html)
    }
    html.raw("</fieldset>\n")
  }

  private func choice(
    _ name: String, count: Int, column: RowColumn?, style: String?, isFirst: Bool = false,
    to html: inout HTMLBytes
  ) {
    let position = column.flatMap { header.columns.firstIndex(of: $0) }
    html.raw("<label>")
    if isFirst && canFilter {
      html.raw("<input type=\"radio\" name=\"show\" value=\"\" checked>")
    } else if let position {
      html.raw("<input type=\"radio\" name=\"show\" data-cell=\"")
      html.plain(String(position))
      html.raw("\" value=\"")
      html.plain(name)
      html.raw("\">")
    }
    html.raw("<span>")
    if let style {
      html.raw("<b class=\"s ")
      html.plain(style)
      html.raw("\">")
    } else {
      html.raw("<b>")
    }
    html.text(name)
    html.raw("</b> ")
    html.number(count)
    html.raw("</span></label>\n")
  }
}
