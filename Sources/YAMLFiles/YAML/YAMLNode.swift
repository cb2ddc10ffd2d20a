package import OperatingSystem
internal import PluginContract

/// A value of a YAML document, with its place.
package struct YAMLNode {
  /// A key and its value.
  package struct Entry {
    package let key: String
    package let keyPosition: FilePosition
    package let value: YAMLNode
  }

  package enum Content {
    /// Text; `isPlain` if it stands without quotes, so that `1` and `true` are no text.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// The entries in the file's order; each key once.
    case mapping([Entry])
    /// Something that was reported already, so that nobody complains of it again.
    case refused
  }

  package let position: FilePosition
  package let content: Content

  /// What the value is, for a message; never the value itself, which may be a secret.
  package var kindInWords: String {
    switch content {
    case .scalar(let text, let isPlain): PlainScalar(text, isPlain: isPlain).inWords
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .refused: "unreadable"
    }
  }
}

/// What a scalar means by the core schema (YAML 1.2.2, section 10.3.2), which editors follow too.
package enum PlainScalar: Equatable {
  case none
  case truth(Bool)
  case wholeNumber(Int)
  /// A fraction, a number that is too large, or one that is not decimal.
  case otherNumber
  case text

  package init(_ text: String, isPlain: Bool) {
    guard isPlain else {
      self = .text
      return
    }
    switch text {
    case "", "~", "null", "Null", "NULL": self = .none
    case "true", "True", "TRUE": self = .truth(true)
    case "false", "False", "FALSE": self = .truth(false)
    default: self = Self.number(text)
    }
  }

  var inWords: String {
    switch self {
    case .none: "no value"
    case .truth: "true or false"
    case .wholeNumber: "a whole number"
    case .otherNumber: "a number"
    case .text: "text"
    }
  }

  private static func number(_ text: String) -> PlainScalar {
    if let value = Int(text) { return .wholeNumber(value) }
    let magnitude = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(magnitude)) {
      return .otherNumber
    }
    if text.hasPrefix("0x"), text.count > 2, text.utf8.dropFirst(2).allSatisfy(Hex.isDigit) {
      return .otherNumber
    }
    if text.hasPrefix("0o"), text.count > 2, Int(text.dropFirst(2), radix: 8) != nil {
      return .otherNumber
    }
    let isDecimal =
      magnitude.utf8.contains { (0x30...0x39).contains($0) }
      && magnitude.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || [0x2E, 0x2B, 0x2D, 0x45, 0x65].contains(byte)
      }
    return isDecimal && Double(text) != nil ? .otherNumber : .text
  }
}
