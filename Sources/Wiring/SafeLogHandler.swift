internal import Foundation
package import Logging
internal import TenantCore

/// How a line of the log looks.
package enum LogFormat: String, Sendable, CaseIterable {
  /// For people.
  case text
  /// An object a line, for programs.
  case json
}

/// Writes log messages to standard error, a line each, with foreign text made harmless: what a
/// server answers may hold anything.
package struct SafeLogHandler: LogHandler {
  package var logLevel = Logger.Level.warning
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let format: LogFormat

  /// Makes a handler.
  ///
  /// - Parameter label: the program's name.
  package init(label: String, format: LogFormat = .text) {
    self.label = label
    self.format = format
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let values = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
      .merging(event.metadata ?? [:]) { $1 }
    let text =
      switch format {
      case .text: lines(event, values)
      case .json: object(event, values, at: Timestamp.now())
      }
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  func lines(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
    let values = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    return "\(event.message)\(values)".split(separator: "\n").map {
      "\(label): \(event.level): \(DisplayText.safe($0))\n"
    }.joined()
  }

  /// Metadata lies beside the message; it cannot take the names of the line's own members.
  func object(
    _ event: LogEvent, _ metadata: Logger.Metadata, at moment: Timestamp
  ) -> String {
    var object = metadata.mapValues { "\($0)" }
    object["at"] = moment.description
    object["level"] = event.level.rawValue
    object["program"] = label
    object["message"] = "\(event.message)"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(object)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
  }
}
