import Foundation

/// Control frames are JSON (RFC 8259): few, small and easy to read in a log.
package enum ControlFrame {
  /// The longest control frame that a plugin may send, in bytes.
  package static let maximumPluginLength = 1 << 20

  /// A message as a frame.
  ///
  /// - Throws: ``FrameError`` if it is too long for one.
  package static func encode(_ message: some Encodable) throws -> Frame {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = Array(try encoder.encode(message))
    guard body.count <= Frame.maximumLength else {
      throw FrameError("a message of \(body.count) bytes is longer than a frame may be")
    }
    return Frame(.control, body)
  }

  /// The message in a body.
  package static func decode<Message: Decodable>(
    _ body: [UInt8], as type: Message.Type
  ) throws(FrameError) -> Message {
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch {
      let text = String(decoding: body.prefix(80), as: UTF8.self)
      throw FrameError("a control frame is unknown (\(reason(error))): \(text)")
    }
  }

  /// What an author needs to fix a message: the key, and what is wrong with it.
  private static func reason(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      "'\(path(context.codingPath + [key]))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "it is not a valid JSON object" : "'\(path(context.codingPath))' is wrong"
    default: "it is not a valid JSON object"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
