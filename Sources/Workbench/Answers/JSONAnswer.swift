internal import Foundation

/// JSON for the answers that no exporter writes.
package enum JSONAnswer {
  /// One line of JSON, its members in order of their names.
  package static func text(_ value: Any) throws -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    let data = try JSONSerialization.data(withJSONObject: value, options: options)
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
