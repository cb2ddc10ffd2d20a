import Logging
import Synchronization

/// Keeps what is logged.
final class RecordingLog: Sendable {
  struct Entry: Sendable {
    var level: Logger.Level
    var text: String
    var metadata: [String: String]
  }

  private let kept = Mutex<[Entry]>([])

  var entries: [Entry] { kept.withLock(\.self) }

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(log: self) }
    logger.logLevel = .trace
    return logger
  }

  private struct Handler: LogHandler {
    let log: RecordingLog
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
      let entry = Entry(level: event.level, text: "\(event.message)", metadata: all)
      log.kept.withLock { $0.append(entry) }
    }
  }
}
