internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import TenantCore

/// The object that a request brings: members of known names and strict types.
struct JSONBody: Sendable {
  private let members: [String: JSONMember]

  /// Reads it.
  ///
  /// - Parameter known: the members that the call has.
  /// - Throws: ``WebFailure`` if it is no JSON, too long, empty, no object, or has other members.
  init(
    _ request: Request, known: [String], upTo limit: Int = FormFields.maximumBytes
  ) async throws {
    guard request.mediaType == "application/json" else {
      throw WebFailure(.unsupportedMediaType, "the body must be of type application/json")
    }
    let bytes = try await request.bytes(upTo: limit)
    let wanted =
      known.isEmpty
      ? "the body must be an empty JSON object"
      : "the body must be a JSON object with members of \(known.joined(separator: ", "))"
    guard bytes.readableBytes > 0 else { throw WebFailure(.badRequest, wanted) }
    let data = Data(bytes.readableBytesView)
    guard let members = try? JSONDecoder().decode([String: JSONMember].self, from: data) else {
      throw WebFailure(.badRequest, wanted)
    }
    try self.init(members, known: known)
  }

  private init(_ members: [String: JSONMember], known: [String]) throws {
    let unknown = members.keys.filter { !known.contains($0) }.sorted()
    guard unknown.isEmpty else {
      let names = unknown.prefix(8).map { "'\($0.prefix(64))'" }.joined(separator: ", ")
      throw WebFailure(
        .badRequest,
        "unknown member \(names); known: \(known.isEmpty ? "none" : known.joined(separator: ", "))")
    }
    self.members = members
  }

  var isEmpty: Bool { members.isEmpty }

  /// A text without control characters; nil if it is not there.
  ///
  /// - Parameter longest: the most Unicode scalars.
  func text(_ name: String, longest: Int) throws -> String? {
    switch members[name] {
    case nil: nil
    case .text(let text): try Self.checked(text, name, longest)
    default: throw WebFailure(.badRequest, "'\(name)' must be a string")
    }
  }

  /// A text that may not be blank; nil if it is not there.
  func optionalText(_ name: String, longest: Int) throws -> String? {
    try text(name, longest: longest).map { try Self.notBlank($0, name) }
  }

  /// A text that has to be there and may not be blank.
  func neededText(_ name: String, longest: Int) throws -> String {
    guard let text = try text(name, longest: longest) else {
      throw WebFailure(.badRequest, "'\(name)' is missing")
    }
    return try Self.notBlank(text, name)
  }

  /// Some texts, none of them blank; none if they are not there.
  func texts(_ name: String, longest: Int) throws -> [String] {
    switch members[name] {
    case nil: return []
    case .texts(let texts):
      return try texts.map { try Self.notBlank(try Self.checked($0, name, longest), name) }
    default: throw WebFailure(.badRequest, "'\(name)' must be an array of strings")
    }
  }

  /// Objects with members of known names; none if they are not there.
  func objects(_ name: String, known: [String]) throws -> [JSONBody] {
    switch members[name] {
    case nil: return []
    case .texts(let texts) where texts.isEmpty: return []
    case .objects(let objects): return try objects.map { try JSONBody($0, known: known) }
    default: throw WebFailure(.badRequest, "'\(name)' must be an array of objects")
    }
  }

  /// True or false; nil if it is not there.
  func flag(_ name: String) throws -> Bool? {
    switch members[name] {
    case nil: nil
    case .flag(let flag): flag
    default: throw WebFailure(.badRequest, "'\(name)' must be true or false")
    }
  }

  /// A whole number that is not negative; nil if it is not there.
  func number(_ name: String) throws -> Int64? {
    switch members[name] {
    case nil: nil
    case .number(let number) where number >= 0: number
    default: throw WebFailure(.badRequest, "'\(name)' must be a whole number, not below 0")
    }
  }

  private static func notBlank(_ text: String, _ name: String) throws -> String {
    guard !text.allSatisfy(\.isWhitespace) else {
      throw WebFailure(.badRequest, "'\(name)' is blank")
    }
    return text
  }

  private static func checked(_ text: String, _ name: String, _ longest: Int) throws -> String {
    let scalars = text.unicodeScalars
    guard scalars.count <= longest else {
      throw WebFailure(.badRequest, "'\(name)' has at most \(longest) characters")
    }
    guard scalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw WebFailure(.badRequest, "'\(name)' has a control character")
    }
    return text
  }
}

extension Request {
  /// What the body is, in lower case and without parameters.
  var mediaType: String {
    let type = headers[.contentType]?.split(separator: ";").first ?? ""
    return type.trimmingCharacters(in: .whitespaces).lowercased()
  }
}

/// The values that members may have; all others are `other`.
private enum JSONMember: Decodable, Sendable {
  case text(String)
  case texts([String])
  case objects([[String: JSONMember]])
  case flag(Bool)
  case number(Int64)
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Int64.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let texts = try? container.decode([String].self) {
      self = .texts(texts)
    } else if let objects = try? container.decode([[String: JSONMember]].self) {
      self = .objects(objects)
    } else {
      self = .other
    }
  }
}
