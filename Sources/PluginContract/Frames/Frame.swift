/// A message between tenantctl and an outside plugin: eight bytes of head, then a body.
///
/// Shape: the length of the body (`UInt32`), the kind (`UInt8`), three zero bytes, the body. All
/// numbers are little-endian. `Sources/PluginContract/Frames/README.md` describes every body byte
/// by byte.
package struct Frame: Sendable {
  /// What a body holds.
  package enum Kind: UInt8, Sendable {
    /// A JSON object in UTF-8 whose `type` says what it is (``HostMessage``,
    /// ``PluginMessage``).
    case control = 1
    /// A ``RecordBatch`` for a matcher.
    case records = 2
    /// A matcher's ``KeyBatch``.
    case keys = 3
    /// A ``RowBatch`` for an exporter.
    case rows = 4
    /// A part of an exporter's file.
    case bytes = 5
  }

  /// The number of bytes before the body.
  package static let headLength = 8
  /// The longest body, in bytes: 128 MiB. A batch of 4,096 records is seldom over one.
  package static let maximumLength = 1 << 27

  /// What the body holds.
  package let kind: Kind
  /// The body, at most ``maximumLength`` bytes.
  package let body: [UInt8]

  /// Makes a frame.
  package init(_ kind: Kind, _ body: [UInt8]) {
    self.kind = kind
    self.body = body
  }

  /// The frame as it travels.
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.reserve(Self.headLength + body.count)
    writer.number(UInt32(body.count))
    writer.bytes([kind.rawValue, 0, 0, 0])
    writer.bytes(body)
    return writer.bytes
  }

  /// What a head says of the body that follows.
  ///
  /// - Parameter head: exactly ``headLength`` bytes.
  /// - Throws: ``FrameError`` for an unknown kind, bytes that must be zero, or a body that is too
  ///   long: what follows is then not read.
  package static func head(_ head: some Collection<UInt8>) throws(FrameError) -> (Kind, Int) {
    var reader = ByteReader(Array(head))
    let length = Int(try reader.number())
    let rest = try reader.bytes(4)
    guard let kind = rest.first.flatMap(Kind.init(rawValue:)),
      rest.dropFirst().allSatisfy({ $0 == 0 })
    else {
      let digits = head.map { Hex.text([$0]) }.joined(separator: " ")
      throw FrameError(
        "a frame's head is \(digits), which is not a frame's; was something else written to standard "
          + "output?")
    }
    guard length <= maximumLength else {
      throw FrameError("a frame of \(length) bytes is longer than the \(maximumLength) allowed")
    }
    return (kind, length)
  }
}

/// Bytes that are no frame, or not the frame that was expected.
package struct FrameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  package let description: String

  /// Makes an error.
  package init(_ description: String) { self.description = description }
}
