/// Holds answers against the schemas of `openapi.json`, and notes what it saw.
struct AnswerSchemas {
  /// A schema that answers were held against.
  private struct Seen {
    /// The members that any of the answers had, and those that all had.
    var any: Set<String> = []
    var all: Set<String>?
    /// What the answers were.
    var kinds: Set<String> = []
    /// The values, if the schema lists those that it allows.
    var values: Set<JSONNode> = []
  }

  let file: JSONNode
  /// What is wrong, a sentence a fault.
  private(set) var faults: [String] = []
  private var seen: [String: Seen] = [:]

  init(_ file: JSONNode) { self.file = file }

  /// The names of the schemas that operations answer with as JSON.
  var answers: Set<String> {
    var names: Set<String> = []
    func visit(_ node: JSONNode) {
      for type in ["application/json", "application/problem+json"] {
        let reference = node["content"][type]["schema"]["$ref"].text
        if let name = reference?.split(separator: "/").last { names.insert(String(name)) }
      }
      for child in node.members.values { visit(child) }
    }
    for path in file["paths"].members.values {
      for operation in path.members.values { visit(operation["responses"]) }
    }
    visit(file["components"]["responses"])
    return names
  }

  /// Holds an answer against the schema of a name.
  mutating func hold(_ answer: JSONNode, against name: String) {
    check(answer, schema: file["components"]["schemas"][name], path: name)
  }

  /// Says what the answers left open: members that none or not all had, values that never came.
  mutating func close() {
    for name in answers.sorted() {
      close(schema: file["components"]["schemas"][name], path: name)
    }
  }

  // MARK: - An answer

  private mutating func check(_ node: JSONNode, schema: JSONNode, path: String) {
    let (schema, path) = resolved(schema, path)
    if case .list = schema["anyOf"] {
      seen[path, default: Seen()].kinds.insert(Self.kind(of: node))
      let branches = schema["anyOf"].items
      guard let branch = branches.first(where: { kinds($0).contains(Self.kind(of: node)) }) else {
        return faults.append("\(path) is \(Self.kind(of: node))")
      }
      return check(node, schema: branch, path: path + "|")
    }
    seen[path, default: Seen()].kinds.insert(Self.kind(of: node))
    if !kinds(schema).contains(Self.kind(of: node)) {
      faults.append("\(path) is \(Self.kind(of: node))")
    }
    let allowed = schema["enum"].items + [schema["const"]].filter { $0 != .missing }
    if !allowed.isEmpty {
      seen[path]?.values.insert(node)
      if !allowed.contains(node) { faults.append("\(path) is \(node)") }
    }
    for item in node.items { check(item, schema: schema["items"], path: path + "[]") }
    if case .object = node { checkMembers(node, schema, path) }
  }

  private mutating func checkMembers(_ node: JSONNode, _ schema: JSONNode, _ path: String) {
    let properties = schema["properties"]
    let names = Set(node.names)
    let all = seen[path]?.all ?? names
    seen[path]?.all = all.intersection(names)
    seen[path]?.any.formUnion(names)
    let known = schema["propertyNames"]["enum"]
    for (name, member) in node.members {
      if known != .missing, !known.texts.contains(name) { faults.append("\(path) has '\(name)'") }
      if properties[name] != .missing {
        check(member, schema: properties[name], path: "\(path).\(name)")
      } else if case .object = schema["additionalProperties"] {
        check(member, schema: schema["additionalProperties"], path: "\(path).*")
      } else {
        faults.append("\(path) has no member '\(name)'")
      }
    }
  }

  // MARK: - All answers

  private mutating func close(schema: JSONNode, path: String) {
    let (schema, path) = resolved(schema, path)
    guard let seen = seen[path] else { return faults.append("\(path) was in no answer") }
    let missing = kinds(schema).subtracting(seen.kinds)
    if !missing.isEmpty {
      faults.append("\(path) was never \(missing.sorted().joined(separator: " or "))")
    }
    let unused = Set(schema["enum"].items).subtracting(seen.values)
    if !unused.isEmpty { faults.append("\(path) was never \(unused)") }
    for branch in schema["anyOf"].items where kinds(branch) != ["null"] {
      close(schema: branch, path: path + "|")
    }
    let properties = schema["properties"]
    if properties != .missing {
      let (names, required) = (Set(properties.names), Set(schema["required"].texts))
      let absent = names.subtracting(seen.any).sorted()
      if !absent.isEmpty { faults.append("\(path): no answer had \(absent)") }
      let always = seen.all ?? []
      if always != required {
        faults.append(
          "\(path): answers have always had \(always.sorted()), not \(required.sorted())")
      }
      if schema["additionalProperties"].flag != false {
        faults.append("\(path) allows other members")
      }
      for name in properties.names { close(schema: properties[name], path: "\(path).\(name)") }
    }
    if schema["items"] != .missing { close(schema: schema["items"], path: path + "[]") }
    if case .object = schema["additionalProperties"] {
      close(schema: schema["additionalProperties"], path: "\(path).*")
    }
  }

  // MARK: - Schemas

  /// The schema that a reference means; its path is its name, because it is one wherever it stands.
  private func resolved(_ schema: JSONNode, _ path: String) -> (JSONNode, String) {
    guard let name = schema["$ref"].text?.split(separator: "/").last.map(String.init) else {
      return (schema, path)
    }
    return (file["components"]["schemas"][name], name)
  }

  /// The kinds of values that a schema allows.
  private func kinds(_ schema: JSONNode) -> Set<String> {
    let schema = resolved(schema, "").0
    let branches = schema["anyOf"].items
    if !branches.isEmpty { return branches.reduce(into: []) { $0.formUnion(kinds($1)) } }
    if schema["type"] == .missing { return Set(schema["enum"].items.map(Self.kind)) }
    let types = [schema["type"].text].compactMap(\.self) + schema["type"].texts
    return Set(types.map { $0 == "integer" ? "number" : $0 })
  }

  private static func kind(of node: JSONNode) -> String {
    switch node {
    case .missing: "missing"
    case .null: "null"
    case .flag: "boolean"
    case .number: "number"
    case .text: "string"
    case .list: "array"
    case .object: "object"
    }
  }
}
