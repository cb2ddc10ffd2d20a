internal import PluginContract

/// The tenant user who is nearest to a directory user that nobody matches, with both values: what a near
/// miss is about (semantics.md 5).
package struct NearestUser: Sendable, Equatable {
  /// `near-miss:accent`.
  package let code: String
  package let userName: String
  /// What was compared on the directory's side; several attributes are joined by `+`.
  package let attribute: String
  /// The directory's value, as read.
  package let directoryValue: String
  /// What was compared on the user's side; several fields are joined by `+`.
  package let field: String
  /// The user's value, as read.
  package let userValue: String
  /// The characters that a person cannot see or tell apart; nil if there is nothing to say of them.
  package let characters: String?

  /// Reads the reason of a near miss; nil for any other.
  package init?(_ reason: Reason) {
    guard NearMissKind(rawValue: reason.code) != nil, let userName = reason.candidates.first,
      let detail = reason.detail.flatMap(Detail.init)
    else { return nil }
    code = reason.code
    self.userName = userName
    attribute = reason.attribute ?? ""
    directoryValue = reason.value ?? ""
    field = detail.field
    userValue = detail.value
    characters = detail.characters
  }

  /// ``Reason/detail`` of a near miss: `email 'o’brien@acme.example', with ’ (U+2019) for ' (U+0027)`.
  package struct Detail: Sendable, Equatable {
    package let field: String
    package let value: String
    package let characters: String?

    /// - Parameter characters: does not end with an apostrophe.
    package init(field: String, value: String, characters: String?) {
      self.field = field
      self.value = value
      self.characters = characters
    }

    /// Reads what ``text`` writes: byte by byte, because a mark at the beginning of a value is one character
    /// with the apostrophe before it.
    init?(_ text: String) {
      let bytes = Array(text.utf8)
      let last = bytes.count - 1
      guard let start = Self.find(Self.open, in: bytes, from: 0, by: 1), last >= start else {
        return nil
      }
      field = String(decoding: bytes[..<start], as: UTF8.self)
      let first = start + Self.open.utf8.count
      if bytes[last] == UInt8(ascii: "'"), last >= first {
        value = String(decoding: bytes[first..<last], as: UTF8.self)
        characters = nil
      } else {
        // The value may hold these letters; the characters cannot.
        guard let middle = Self.find(Self.middle, in: bytes, from: last, by: -1), middle >= first
        else { return nil }
        value = String(decoding: bytes[first..<middle], as: UTF8.self)
        characters = String(decoding: bytes[(middle + Self.middle.utf8.count)...], as: UTF8.self)
      }
    }

    private static func find(_ text: String, in bytes: [UInt8], from: Int, by step: Int) -> Int? {
      stride(from: from, through: step > 0 ? bytes.count - 1 : 0, by: step).first {
        bytes[$0...].starts(with: text.utf8)
      }
    }

    /// As a part of a sentence.
    package var text: String {
      field + Self.open + value + (characters.map { Self.middle + $0 } ?? "'")
    }

    private static let (open, middle) = (" '", "', with ")
  }
}
