/// Answers for a matcher plugin until the input ends.
struct MatcherSession {
  private let plugin: MatcherPlugin
  private let stream: FrameStream
  private var matchers: [UInt32: any Matcher] = [:]

  init(_ plugin: MatcherPlugin, _ stream: FrameStream) {
    self.plugin = plugin
    self.stream = stream
  }

  consuming func serve() throws {
    let declaration = plugin.declaration
    let handshake = Handshake(
      stream: stream, kind: .matcher, name: declaration.name, version: declaration.version,
      contractVersion: declaration.contractVersion, options: declaration.options)
    guard try handshake.run() else { return }
    while let frame = try stream.read() {
      do {
        try answer(frame)
      } catch let error as FrameError {
        throw error
      } catch {
        try stream.write(.error(PluginComplaint(error)))
      }
    }
  }

  private mutating func answer(_ frame: Frame) throws {
    switch frame.kind {
    case .control:
      guard case .make(let order) = try ControlFrame.decode(frame.body, as: HostMessage.self) else {
        throw FrameError("a matcher is told 'hello' and 'make' only")
      }
      let matcher = try plugin.make(order.context(declared: plugin.declaration.options))
      matchers[order.matcher] = matcher
      try stream.write(.made(MadeMatcher(matcher)))
    case .records:
      let question = try RecordsFrame(frame.body) { number, side in
        matchers[number].map {
          side == .directory ? $0.attributes : $0.fields.map(\.rawValue)
        }
      }
      guard let matcher = matchers[question.matcher] else { return }
      let keys = try matcher.keys(
        for: question.batch, side: question.side, purpose: question.purpose)
      try stream.write(KeysFrame(request: question.request, keys: keys).frame())
    case .keys, .rows, .bytes:
      throw FrameError("a matcher takes no frame of kind \(frame.kind.rawValue)")
    }
  }
}
