internal import Foundation
internal import Hummingbird
internal import Mustache
internal import NIOCore
internal import TenantCore

/// What a template is filled with: its stored properties, and those of the values in it, have the names
/// that the template uses.
///
/// A name that a value does not have, or whose value is nil, is looked for in the value around it.
protocol PageValues: Sendable {
  /// The template's name.
  static var template: String { get }

  var frame: PageFrame { get }
}

/// A row of a long table, which knows its values by their names. The library finds those of other values
/// through a mirror that looks at every property for each name.
protocol PageRow: MustacheParent, Sendable {
  /// A property by its name; nil if there is none, or it is nil.
  func value(named key: String) -> (any Sendable)?
}

extension PageRow {
  func child(named name: String) -> Any? { value(named: name) }
}

/// The templates, which are compiled into the program.
struct PageTemplates: Sendable {
  private let library: MustacheLibrary

  /// Reads all templates.
  ///
  /// - Parameter base: what is put before the addresses in them.
  /// - Throws: for one that is no template, which a test sees first.
  init(base: BasePath = BasePath()) throws {
    MustacheContentTypes.register(PageText(), named: Self.contentType)
    var library = MustacheLibrary()
    for (name, bytes) in Self.sources {
      // A partial falls back to the library's own way of escaping unless it names its own.
      let text =
        "{{% CONTENT_TYPE: \(Self.contentType)}}\n"
        + base.template(String(decoding: bytes, as: UTF8.self))
      try library.register(text, named: name)
    }
    self.library = library
  }

  /// A page as an answer.
  func answer<Values: PageValues>(
    _ values: Values, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    guard let text = text(Values.template, values) else {
      throw WebFailure(.internalServerError, "there is no template '\(Values.template)'")
    }
    return Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// A page's text; nil if there is no such template.
  func text(_ name: String, _ values: some Sendable) -> String? {
    library.render(values, withTemplate: name)
  }

  private static let contentType = "PAGE"

  static let sources: [String: [UInt8]] = [
    "changes": PackageResources.changes_mustache,
    "configuration": PackageResources.configuration_mustache,
    "confirm": PackageResources.confirm_mustache,
    "decide": PackageResources.decide_mustache,
    "done": PackageResources.done_mustache,
    "error": PackageResources.error_mustache,
    "events": PackageResources.events_mustache,
    "explanation": PackageResources.explanation_mustache,
    "history": PackageResources.history_mustache,
    "link-sheet": PackageResources.link_sheet_mustache,
    "near-misses": PackageResources.near_misses_mustache,
    "part-bulk": PackageResources.part_bulk_mustache,
    "part-changes": PackageResources.part_changes_mustache,
    "part-chart": PackageResources.part_chart_mustache,
    "part-columns": PackageResources.part_columns_mustache,
    "part-decision": PackageResources.part_decision_mustache,
    "part-ended": PackageResources.part_ended_mustache,
    "part-facts": PackageResources.part_facts_mustache,
    "part-foot": PackageResources.part_foot_mustache,
    "part-head": PackageResources.part_head_mustache,
    "part-history": PackageResources.part_history_mustache,
    "part-history-filter": PackageResources.part_history_filter_mustache,
    "part-link": PackageResources.part_link_mustache,
    "part-older": PackageResources.part_older_mustache,
    "part-pager": PackageResources.part_pager_mustache,
    "part-progress": PackageResources.part_progress_mustache,
    "part-reason": PackageResources.part_reason_mustache,
    "part-result": PackageResources.part_result_mustache,
    "part-round-bar": PackageResources.part_round_bar_mustache,
    "part-search": PackageResources.part_search_mustache,
    "part-sides": PackageResources.part_sides_mustache,
    "part-state": PackageResources.part_state_mustache,
    "part-states": PackageResources.part_states_mustache,
    "part-status": PackageResources.part_status_mustache,
    "part-time": PackageResources.part_time_mustache,
    "part-warnings": PackageResources.part_warnings_mustache,
    "partner": PackageResources.partner_mustache,
    "preview": PackageResources.preview_mustache,
    "refusals": PackageResources.refusals_mustache,
    "reviews": PackageResources.reviews_mustache,
    "round": PackageResources.round_mustache,
    "row": PackageResources.row_mustache,
    "run": PackageResources.run_mustache,
    "sign-in": PackageResources.sign_in_mustache,
    "sync": PackageResources.sync_mustache,
    "tenants": PackageResources.tenants_mustache,
    "test-connection": PackageResources.test_connection_mustache,
    "user": PackageResources.user_mustache,
    "users": PackageResources.users_mustache,
    "vanished-links": PackageResources.vanished_links_mustache,
  ]
}

/// How values are written into a page: what HTML would read as its own is escaped.
///
/// The library's own way looks at characters, and a `<` with a combining mark after it is one character to
/// Swift, and still the beginning of a tag to a browser.
private struct PageText: MustacheContentType {
  func escapeText(_ text: String) -> String {
    guard text.utf8.contains(where: { Self.special($0) != nil }) else { return text }
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count + 32)
    for byte in text.utf8 {
      if let word = Self.special(byte) { escaped += word.utf8 } else { escaped.append(byte) }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func special(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}
