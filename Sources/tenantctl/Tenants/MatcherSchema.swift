internal import PluginContract

/// What the schema for editors says of matchers: their names, and the options of each.
struct MatcherSchema {
  /// The matchers that a tenant file may name.
  let matchers: [MatcherDeclaration]
  /// The matcher of a file that names none.
  let standard: String

  /// The section `matching`, beside its keys.
  var matching: OrderedJSON {
    schema(of: matchers) { matcher in
      [
        "if": condition(matcher.name, isRequired: matcher.name != standard),
        "then": matcher.takesStrategies
          ? [
            "required": ["strategies"],
            "properties": ["options": options(of: matcher), "strategies": ["minItems": 1]],
          ]
          : [
            "properties": ["options": options(of: matcher), "mode": false, "strategies": false]
          ],
      ]
    }
  }

  /// An entry of `matching.strategies`, beside its keys.
  var strategy: OrderedJSON {
    schema(of: matchers.filter { !$0.takesStrategies }) { matcher in
      [
        "if": condition(matcher.name, isRequired: true),
        "then": ["properties": ["options": options(of: matcher)]],
      ]
    }
  }

  private func schema(
    of matchers: [MatcherDeclaration], rule: (MatcherDeclaration) -> OrderedJSON
  ) -> OrderedJSON {
    [
      "properties": ["matcher": ["enum": .list(matchers.map { .text($0.name) })]],
      "allOf": .list(matchers.map(rule)),
    ]
  }

  /// - Parameter isRequired: false for the matcher that counts where none is named.
  private func condition(_ name: String, isRequired: Bool) -> OrderedJSON {
    isRequired
      ? ["properties": ["matcher": ["const": .text(name)]], "required": ["matcher"]]
      : ["properties": ["matcher": ["const": .text(name)]]]
  }

  private func options(of matcher: MatcherDeclaration) -> OrderedJSON {
    guard !matcher.options.isEmpty else { return ["additionalProperties": false] }
    let options = matcher.options.map { (key: $0.name, value: $0.schema) }
    return ["additionalProperties": false, "properties": .object(options)]
  }
}

extension OptionDeclaration {
  /// The option as a key of a tenant file: sentence, type, default.
  fileprivate var schema: OrderedJSON {
    var members = [(key: "description", value: OrderedJSON.text(sentence))]
    switch type {
    case .boolean: members.append(("type", "boolean"))
    case .integer: members.append(("type", "integer"))
    case .string: members += [("type", "string"), ("minLength", 1)]
    case .choice(let words): members.append(("enum", .list(words.map { .text($0) })))
    }
    switch standard {
    case .boolean(let value): members.append(("default", .truth(value)))
    case .integer(let value): members.append(("default", .number(value)))
    // Editors type the default for people, and a file that means nothing leaves the option out.
    case .string(""): break
    case .string(let value): members.append(("default", .text(value)))
    }
    return .object(members)
  }

  /// The summary with a capital letter and a full stop.
  private var sentence: String {
    let end = summary.last.map { ".!?".contains($0) } == true ? "" : "."
    return summary.prefix(1).uppercased() + summary.dropFirst() + end
  }
}
