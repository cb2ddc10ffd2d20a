extension Reading where Value == Duration {
  /// A time with its unit: `30s`, `15m` or `2h`.
  package static func duration(_ range: ClosedRange<Duration>) -> Reading {
    Reading(shape: .text(pattern: "^[1-9][0-9]{0,5}[smh]$")) { input in
      let bounds = "\(inWords(range.lowerBound)) to \(inWords(range.upperBound))"
      let expected = "a time from \(bounds), such as 30s, 15m or 2h"
      guard case .scalar(let text, _) = input.node.content, let value = duration(text) else {
        return input.refuse("\(input.name) must be \(expected)")
      }
      guard range.contains(value) else {
        return input.refuse("\(input.name) must be from \(bounds), not \(text)")
      }
      return value
    }
  }

  private static func duration(_ text: String) -> Duration? {
    guard let unit = text.last, let seconds = ["s": 1, "m": 60, "h": 3600][unit],
      let count = QuantityText.digits(text.dropLast(), atMost: 6), count > 0,
      !text.hasPrefix("0")
    else { return nil }
    return .seconds(count * seconds)
  }

  private static func inWords(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}

extension Reading where Value == Int {
  /// A share in percent, with its sign: `20%`.
  package static func percent(upTo maximum: Percentage) -> Reading {
    Reading(shape: .text(pattern: maximum.pattern)) { input in
      let expected = "a share from 0% to \(maximum.rawValue)%, such as 20%"
      guard case .scalar(let text, _) = input.node.content, text.hasSuffix("%"),
        let value = QuantityText.digits(text.dropLast(), atMost: 4),
        text.count == 2 || !text.hasPrefix("0")
      else { return input.refuse("\(input.name) must be \(expected)") }
      guard value <= maximum.rawValue else {
        return input.refuse("\(input.name) must be \(expected), not \(text)")
      }
      return value
    }
  }
}

/// The largest share that makes sense, and the pattern by which an editor checks it.
package enum Percentage: Int {
  /// A share of what there is.
  case hundred = 100
  /// A share of what there was, to which more than as much again may be added.
  case thousand = 1000

  package var pattern: String {
    switch self {
    case .hundred: "^(100|[1-9]?[0-9])%$"
    case .thousand: "^(1000|[1-9]?[0-9]|[1-9][0-9]{2})%$"
    }
  }
}

private enum QuantityText {
  /// A number in ASCII digits, or nil.
  static func digits(_ text: Substring, atMost count: Int) -> Int? {
    guard text.utf8.count <= count, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(text)
  }
}
