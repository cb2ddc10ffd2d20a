internal import Foundation

/// JSON for the answers that no exporter writes: one line, its members in order of their names.
package enum AnswerEncoder {
  /// The line as text, with its end.
  package static func text(_ answer: some Encodable) throws -> String {
    String(decoding: try bytes(answer), as: UTF8.self)
  }

  /// The line as bytes, with its end.
  package static func bytes(_ answer: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(answer)) + [UInt8(ascii: "\n")]
  }
}

/// A member of an answer that is `null` while it has no value, so that every answer of a kind has
/// the same members. A plain optional is left out instead.
@propertyWrapper
package struct OrNull<Value: Encodable>: Encodable {
  /// The value, if there is one.
  package var wrappedValue: Value?

  /// Wraps a value.
  package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}

extension OrNull: Sendable where Value: Sendable {}
