internal import PluginContract

/// An exporter whose bytes a plugin's process makes.
///
/// The bytes of a batch may be handed on with those of a later one: the process works on one batch
/// while the next is read. The bytes of all calls in order are the file, as the contract has it.
struct OutsideExporter: Exporter {
  private let session: PluginSession
  private let limits: PluginLimits
  private let window: Int
  private var open: [PluginProcess.Question] = []
  private var hasBegun = false
  private var rows = 0
  private var bytes = 0
  private var parts = 0

  /// Takes a process.
  ///
  /// - Parameter window: how many batches the process has before it has answered the first; with 0
  ///   each call gives its own bytes.
  init(session: PluginSession, limits: PluginLimits, window: Int = 4) {
    self.session = session
    self.limits = limits
    self.window = window
  }

  mutating func begin(_ header: ExportHeader) throws -> [UInt8] {
    open.append(
      session.process.ask(try ControlFrame.encode(HostMessage.begin(BeginExport(header))), .parts))
    defer { hasBegun = true }
    return try takeOldest()
  }

  mutating func write(_ batch: RowBatch) throws -> [UInt8] {
    rows += batch.count
    open.append(session.process.ask(try RowsFrame.frame(batch), .parts))
    var output: [UInt8] = []
    while open.count > window { output += try takeOldest() }
    return output
  }

  mutating func end(_ summary: ExportSummary) throws -> [UInt8] {
    var output: [UInt8] = []
    try end(summary) { output += $0 }
    return output
  }

  mutating func end(_ summary: ExportSummary, to sink: ([UInt8]) throws -> Void) throws {
    let message = HostMessage.end(EndExport(summary))
    open.append(session.process.ask(try ControlFrame.encode(message), .parts))
    while let question = open.first {
      while let frame = try session.process.waitForFrame(of: question) {
        if let part = try part(frame) { try sink(part) }
      }
      open.removeFirst()
    }
  }

  /// All bytes of the oldest answer.
  private mutating func takeOldest() throws -> [UInt8] {
    guard let question = open.first else { return [] }
    let most = limits.fileBytes + RowBatch.maximumCount * limits.fileBytesPerRow
    var output: [UInt8] = []
    while let frame = try session.process.waitForFrame(of: question) {
      output += try part(frame) ?? []
      // It lies in memory at once.
      guard output.count <= most else {
        throw session.failure("it wrote more than \(most) bytes for one batch and was stopped")
      }
    }
    open.removeFirst()
    return output
  }

  /// A part of the file; nil for the end of an answer.
  private mutating func part(_ frame: Frame) throws -> [UInt8]? {
    guard frame.kind == .bytes else {
      let message = try session.message(in: frame)
      guard message == .done else {
        throw try session.complaint(in: frame, isBeginning: !hasBegun)
      }
      return nil
    }
    bytes += frame.body.count
    parts += 1
    guard parts <= limits.fileParts + rows else {
      throw session.failure(
        "it cut the file into more than \(limits.fileParts + rows) parts and was stopped")
    }
    let most = limits.fileBytes + rows * limits.fileBytesPerRow
    guard bytes <= most else {
      throw session.failure("it wrote more than \(most) bytes for \(rows) rows and was stopped")
    }
    return frame.body
  }
}
