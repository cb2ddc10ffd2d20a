internal import TenantCore

/// JSON whose members keep their order, for documents that people read and edit too.
enum OrderedJSON: Sendable {
  case text(String)
  case number(Int)
  case truth(Bool)
  case list([OrderedJSON])
  case object([(key: String, value: OrderedJSON)])

  /// The value on one line where that is short enough, else on a line for each member.
  ///
  /// - Parameters:
  ///   - indentation: of the line that the value begins on.
  ///   - taken: the columns of that line before the value, without its indentation.
  func lines(indentation: String = "", after taken: Int = 0) -> String {
    let line = self.line
    // One column is for a comma.
    guard indentation.count + taken + line.count >= Self.width else { return line }
    let inner = indentation + "  "
    switch self {
    case .text, .number, .truth: return line
    case .list(let items):
      let members = items.map { inner + $0.lines(indentation: inner) }
      return "[\n\(members.joined(separator: ",\n"))\n\(indentation)]"
    case .object(let members):
      let members = members.map { key, value in
        let start = Self.quoted(key) + ": "
        return inner + start + value.lines(indentation: inner, after: start.count)
      }
      return "{\n\(members.joined(separator: ",\n"))\n\(indentation)}"
    }
  }

  /// The value on one line.
  var line: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .number(let number): "\(number)"
    case .truth(let truth): "\(truth)"
    case .list(let items): "[\(items.map(\.line).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\(Self.quoted($0)): \($1.line)" }.joined(separator: ", "))}"
    }
  }

  /// The longest line, unless a text alone is longer.
  private static let width = 100

  /// A text in quotes; what would harm a terminal is escaped, which means the same to a reader.
  private static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where DisplayText.isHarmful(scalar):
        UTF16.encode(scalar).map { $0.map(escape).joined() } ?? ""
      default: "\(scalar)"
      }
    }
    return "\"\(scalars.joined())\""
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

extension OrderedJSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral text: String) { self = .text(text) }
  init(booleanLiteral truth: Bool) { self = .truth(truth) }
  init(integerLiteral number: Int) { self = .number(number) }
  init(arrayLiteral items: OrderedJSON...) { self = .list(items) }
  init(dictionaryLiteral members: (String, OrderedJSON)...) {
    self = .object(members.map { (key: $0.0, value: $0.1) })
  }
}
