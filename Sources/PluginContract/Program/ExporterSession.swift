/// Writes files for an exporter plugin until the input ends.
struct ExporterSession {
  /// The most bytes of a file that go in one frame.
  private static let partLength = 1 << 20

  private let plugin: ExporterPlugin
  private let stream: FrameStream
  private var exporter: (any Exporter)?
  private var columns: [RowColumn] = []

  init(_ plugin: ExporterPlugin, _ stream: FrameStream) {
    self.plugin = plugin
    self.stream = stream
  }

  consuming func serve() throws {
    let declaration = plugin.declaration
    let handshake = Handshake(
      stream: stream, kind: .exporter, name: declaration.name, version: declaration.version,
      contractVersion: declaration.contractVersion, options: declaration.options)
    guard try handshake.run() else { return }
    while let frame = try stream.read() {
      do {
        try answer(frame)
        try stream.write(.done)
      } catch let error as FrameError {
        throw error
      } catch {
        try stream.write(.error(PluginComplaint(error)))
      }
    }
  }

  private mutating func answer(_ frame: Frame) throws {
    let stream = stream
    switch frame.kind {
    case .control:
      switch try ControlFrame.decode(frame.body, as: HostMessage.self) {
      case .begin(let order):
        exporter = nil
        columns = order.columns
        var begun = try plugin.make()
        let head = try begun.begin(order.header(declared: plugin.declaration.options))
        try Self.send(head, to: stream)
        exporter = begun
      case .end(let order):
        guard var ended = exporter.take() else { throw Self.notBegun }
        try ended.end(order.summary) { try Self.send($0, to: stream) }
      case .hello, .make:
        throw FrameError("an exporter is told 'hello', 'begin' and 'end' only")
      }
    case .rows:
      let batch = try RowsFrame.batch(frame.body, columns: columns)
      guard let bytes = try exporter?.write(batch) else { throw Self.notBegun }
      try Self.send(bytes, to: stream)
    case .records, .keys, .bytes:
      throw FrameError("an exporter takes no frame of kind \(frame.kind.rawValue)")
    }
  }

  private static let notBegun = FrameError("rows or an end came before 'begin'")

  private static func send(_ bytes: [UInt8], to stream: FrameStream) throws {
    for start in stride(from: 0, to: bytes.count, by: partLength) {
      let part = bytes[start..<min(start + partLength, bytes.count)]
      try stream.write(Frame(.bytes, Array(part)))
    }
  }
}
