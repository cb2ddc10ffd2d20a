internal import PluginContract

/// What stands before and after the users in a `json` document.
enum DocumentWriter {
  /// From the opening brace to the opening bracket of `users`.
  static func head(_ header: ExportHeader) -> [UInt8] {
    var json = JSONBytes()
    json.raw("{\"tenant\":")
    json.string(header.tenant)
    json.raw(",\n \"snapshot\":{\"run\":")
    json.number(header.run)
    json.raw(",\"startedAt\":")
    json.string(header.startedAt)
    json.raw(",\"completedAt\":")
    json.string(header.completedAt)
    json.raw(",\"live\":")
    json.boolean(header.live)
    json.raw("},\n \"counts\":{\"total\":")
    json.number(header.matched + header.notMatched)
    json.raw(",\"matched\":")
    json.number(header.matched)
    json.raw(",\"notMatched\":")
    json.number(header.notMatched)
    json.raw(",\"byState\":{")
    for (index, entry) in header.countsByState.enumerated() {
      if index > 0 { json.raw(",") }
      json.string(entry.state)
      json.raw(":")
      json.number(entry.count)
    }
    json.raw("}},\n \"users\":[")
    return json.bytes
  }

  /// From the closing bracket of `users` to the end.
  static func tail(_ summary: ExportSummary) -> [UInt8] {
    var json = JSONBytes()
    json.raw("],\n \"vanishedLinks\":[")
    write(summary.vanishedLinks, to: &json) { link, json in
      json.raw("{\"state\":")
      json.string(link.state)
      json.raw(",\"objectGUID\":")
      json.string(link.objectGUID)
      json.raw(",\"domain\":")
      json.string(link.domain)
      json.raw(",\"login\":")
      json.string(link.login)
      json.raw(",\"userName\":")
      json.string(link.userName)
      json.raw("}")
    }
    json.raw("],\n \"unclaimed\":[")
    write(summary.unclaimed, to: &json) { name, json in json.string(name) }
    json.raw("],\n \"findings\":[")
    write(summary.findings, to: &json, finding)
    json.raw("],\n \"lastFailure\":")
    failure(summary.lastFailure, to: &json)
    json.raw("}\n")
    return json.bytes
  }

  private static func finding(_ finding: ExportSummary.Finding, to json: inout JSONBytes) {
    json.raw("{\"code\":")
    json.string(finding.code)
    json.raw(",\"subject\":")
    json.string(finding.subject)
    json.raw(",\"message\":")
    json.string(finding.message)
    json.raw("}")
  }

  private static func failure(_ failure: ExportSummary.Failure?, to json: inout JSONBytes) {
    guard let failure else { return json.raw("null") }
    json.raw("{\"run\":")
    json.number(failure.run)
    json.raw(",\"at\":")
    json.string(failure.at)
    json.raw(",\"message\":")
    json.string(failure.message)
    json.raw("}")
  }

  /// Writes the elements of an array, one a line.
  private static func write<Element>(
    _ elements: [Element], to json: inout JSONBytes,
    _ body: (Element, inout JSONBytes) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      json.raw(index > 0 ? ",\n  " : "\n  ")
      body(element, &json)
    }
  }
}
