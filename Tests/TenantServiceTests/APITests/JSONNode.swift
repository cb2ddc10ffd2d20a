import Foundation

/// JSON to look into; two of them are equal if they say the same.
enum JSONNode: Decodable, Hashable {
  /// What is looked for is not there.
  case missing
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONNode])
  case object([String: JSONNode])

  init(_ bytes: some Sequence<UInt8>) throws {
    self = try JSONDecoder().decode(JSONNode.self, from: Data(bytes))
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let items = try? container.decode([JSONNode].self) {
      self = .list(items)
    } else {
      self = .object(try container.decode([String: JSONNode].self))
    }
  }

  subscript(name: String) -> JSONNode { members[name] ?? .missing }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var int: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
  var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  var isNull: Bool { self == .null }
  var members: [String: JSONNode] {
    if case .object(let members) = self { members } else { [:] }
  }
  var names: [String] { members.keys.sorted() }
  var items: [JSONNode] { if case .list(let items) = self { items } else { [] } }
  var texts: [String] { items.compactMap(\.text) }

  /// The same without a member.
  func without(_ name: String) -> JSONNode {
    .object(members.filter { $0.key != name })
  }
}
