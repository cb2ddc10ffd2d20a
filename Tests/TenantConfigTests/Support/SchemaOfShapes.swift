import YAMLFiles

/// The JSON Schema (draft 2020-12) that the reader's tables amount to.
enum SchemaOfShapes {
  static func object(_ shape: ObjectShape) -> [String: Any] {
    var properties: [String: Any] = [:]
    for key in shape.keys { properties[key.name] = schema(of: key.shape) }
    var result: [String: Any] = [
      "type": "object", "additionalProperties": false, "properties": properties,
    ]
    let required = shape.keys.filter { $0.isRequired && $0.condition == nil }.map(\.name)
    if !required.isEmpty { result["required"] = required }
    for alternatives in shape.alternatives where alternatives.condition == nil {
      result["oneOf"] = alternatives.names.map { ["required": [$0]] }
    }
    let cases = self.cases(of: shape)
    if !cases.isEmpty { result["allOf"] = cases }
    return result
  }

  private static func schema(of shape: ValueShape) -> [String: Any] {
    switch shape {
    case .text(let pattern?): ["type": "string", "pattern": pattern]
    case .text(nil): ["type": "string", "minLength": 1]
    case .choice(let words): ["enum": words]
    case .wholeNumber(let range) where range.count == 1: ["const": range.lowerBound]
    case .wholeNumber(let range):
      ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
    case .onlyTrue: ["const": true]
    case .option: ["type": ["boolean", "integer", "string"]]
    case .list(let item, minimum: 0): ["type": "array", "items": schema(of: item)]
    case .list(let item, let minimum):
      ["type": "array", "items": schema(of: item), "minItems": minimum]
    case .object(let shape): object(shape)
    case .map(let value, nil): ["type": "object", "additionalProperties": schema(of: value)]
    case .map(let value, let pattern?):
      [
        "type": "object", "additionalProperties": schema(of: value),
        "propertyNames": ["pattern": pattern],
      ]
    }
  }

  /// What each word of a deciding key demands and forbids.
  private static func cases(of shape: ObjectShape) -> [[String: Any]] {
    let deciding = Set(shape.keys.compactMap(\.condition?.key))
    return shape.keys.filter { deciding.contains($0.name) }.flatMap { key -> [[String: Any]] in
      guard case .choice(let words) = key.shape else { return [] }
      return words.map { word in
        [
          "if": ["properties": [key.name: ["const": word]], "required": [key.name]],
          "then": consequence(of: word, in: shape),
        ]
      }
    }
  }

  private static func consequence(of word: String, in shape: ObjectShape) -> [String: Any] {
    let conditional = shape.keys.filter { $0.condition != nil }
    let demanded = conditional.filter {
      $0.isRequired && $0.condition?.values.contains(word) == true
    }
    var forbidden: [String: Any] = [:]
    for key in conditional where key.condition?.values.contains(word) == false {
      forbidden[key.name] = false
    }
    // The one condition that lies a level deeper: files know no filter.
    if forbidden["filter"] != nil { forbidden["exclude"] = ["properties": ["filter": false]] }
    var result: [String: Any] = [:]
    if !demanded.isEmpty { result["required"] = demanded.map(\.name) }
    if !forbidden.isEmpty { result["properties"] = forbidden }
    for alternatives in shape.alternatives
    where alternatives.condition?.values.contains(word) == true {
      result["oneOf"] = alternatives.names.map { ["required": [$0]] }
    }
    return result
  }
}
