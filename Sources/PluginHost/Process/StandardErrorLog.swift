internal import Logging

/// Hands a plugin's standard error to the log, line by line, and keeps its last output.
struct StandardErrorLog {
  private static let maximumLineLength = 1_000
  private static let keptLines = 3

  private let logger: Logger
  private var bytesLeft: Int
  private var line: [UInt8] = []
  private var kept: [String] = []

  init(plugin: String, logger: Logger, limit: Int) {
    var logger = logger
    logger[metadataKey: "plugin"] = "\(plugin)"
    self.logger = logger
    bytesLeft = limit
  }

  mutating func take(_ bytes: ArraySlice<UInt8>) {
    guard bytesLeft > 0 else { return }
    for byte in bytes.prefix(bytesLeft) {
      if byte == UInt8(ascii: "\n") || line.count == Self.maximumLineLength { endLine() }
      if byte != UInt8(ascii: "\n") { line.append(byte) }
    }
    bytesLeft -= bytes.count
    if bytesLeft <= 0 {
      endLine()
      logger.warning("its standard error is too long; the rest is not logged")
    }
  }

  /// The last lines in one, for the message of a failure; nil if there are none.
  mutating func lastWords() -> String? {
    endLine()
    return kept.isEmpty ? nil : kept.joined(separator: " / ")
  }

  private mutating func endLine() {
    guard !line.isEmpty else { return }
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    logger.info("\(text)")
    // Lines without a letter are a stack trace's marks.
    guard text.contains(where: \.isLetter) else { return }
    kept.append(String(text.trimmingPrefix(while: \.isWhitespace)))
    if kept.count > Self.keptLines { kept.removeFirst() }
  }
}
