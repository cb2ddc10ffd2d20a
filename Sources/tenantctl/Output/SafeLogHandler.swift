internal import Glibc
internal import Logging

/// Writes log messages to standard error, a line each, with foreign text made harmless: what a
/// server answers may hold anything.
struct SafeLogHandler: LogHandler {
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let label: String

  init(label: String) { self.label = label }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
      .merging(event.metadata ?? [:]) { $1 }
    let values = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    let lines = "\(event.message)\(values)".split(separator: "\n").map {
      "\(label): \(event.level): \(DisplayText.safe($0))\n"
    }
    try? StandardStreams.write(
      Array(lines.joined().utf8), to: STDERR_FILENO, name: "standard error")
  }
}
