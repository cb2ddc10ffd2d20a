internal import PluginContract

/// The page's head, its title, and where its rows come from.
struct PageHead {
  private let header: ExportHeader

  init(_ header: ExportHeader) { self.header = header }

  private var title: String {
    let asked = header.options.string("title") ?? ""
    return asked.isEmpty ? "Active Directory Sync – \(header.tenant)" : asked
  }

  func write(to html: inout HTMLBytes) {
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    writePolicy(to: &html)
    html.raw(
      """
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <meta name="robots" content="noindex">
      <link rel="icon" href="data:,">
      <title>
      """)
    html.plain(title)
    html.raw("</title>\n<style>")
    html.raw(StyleSheet.text)
    html.raw("</style>\n<script>")
    html.raw(PageScript.text)
    html.raw("</script>\n</head>\n<body>\n<header>\n<h1>")
    html.text(title)
    html.raw("</h1>\n")
    writeOrigin(to: &html)
    html.raw("</header>\n<main>\n")
  }

  /// Nothing is loaded from anywhere, and no script or style runs but the page's own two.
  private func writePolicy(to html: inout HTMLBytes) {
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
    html.raw("style-src 'sha256-")
    html.raw(StyleSheet.hash)
    html.raw("'; script-src 'sha256-")
    html.raw(PageScript.hash)
    html.raw("'; img-src data:; base-uri 'none'; form-action 'none'\">\n")
  }

  private func writeOrigin(to html: inout HTMLBytes) {
    html.raw("<dl class=\"origin\">\n<div><dt>Tenant</dt><dd>")
    html.text(header.tenant)
    html.raw("</dd></div>\n")
    if let run = header.run {
      html.raw("<div><dt>Run</dt><dd>")
      html.text(String(run))
      html.raw("</dd></div>\n")
    }
    html.raw("<div><dt>Directory read</dt><dd>")
    html.time(header.completedAt)
    html.raw("</dd></div>\n<div><dt>Source</dt><dd>")
    html.raw(header.live ? "live directory, nothing stored" : "snapshot of the last complete run")
    html.raw("</dd></div>\n</dl>\n")
  }
}

extension HTMLBytes {
  /// Appends a moment for machine and reader: RFC 3339 in UTC, without its letters for the reader.
  mutating func time(_ moment: String) {
    let letters = Array(moment.utf8)
    guard letters.count == 20, letters[10] == UInt8(ascii: "T"), letters[19] == UInt8(ascii: "Z")
    else { return text(moment) }
    raw("<time datetime=\"")
    plain(moment)
    raw("\">")
    text(letters[..<10])
    raw(" ")
    text(letters[11..<19])
    raw(" UTC</time>")
  }
}
