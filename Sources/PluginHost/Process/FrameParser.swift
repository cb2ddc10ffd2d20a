internal import PluginContract

/// Cuts what a plugin writes into frames. A body grows with what arrives, so that a plugin cannot
/// make the host take memory by announcing much.
struct FrameParser {
  private var head: [UInt8] = []
  private var kind = Frame.Kind.control
  private var length = 0
  private var body: [UInt8] = []

  /// The frames that these bytes complete.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(FrameError) -> [Frame] {
    var rest = bytes
    var frames: [Frame] = []
    while !rest.isEmpty {
      if head.count < Frame.headLength {
        let part = rest.prefix(Frame.headLength - head.count)
        head += part
        rest = rest.dropFirst(part.count)
        guard head.count == Frame.headLength else { break }
        try begin()
      }
      let part = rest.prefix(length - body.count)
      body += part
      rest = rest.dropFirst(part.count)
      guard body.count == length else { break }
      frames.append(Frame(kind, body))
      head.removeAll(keepingCapacity: true)
      body = []
    }
    return frames
  }

  private mutating func begin() throws(FrameError) {
    (kind, length) = try Frame.head(head)
    switch kind {
    case .control where length > ControlFrame.maximumPluginLength:
      throw FrameError(
        "a control frame of \(length) bytes is longer than the "
          + "\(ControlFrame.maximumPluginLength) allowed")
    case .records, .rows:
      throw FrameError("a plugin must not send a frame of kind \(kind.rawValue)")
    case .control, .keys, .bytes:
      body.reserveCapacity(min(length, 1 << 20))
    }
  }
}
