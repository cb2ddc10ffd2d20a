/// Text in the exposition format of Prometheus, version 0.0.4.
struct MetricsText {
  /// The kinds of metric that are used here.
  enum Kind: String {
    case counter, gauge
  }

  /// A value with its labels, in their order.
  struct Sample {
    var labels: [(name: String, value: String)]
    var value: Double
  }

  private(set) var text = ""

  /// Adds a metric with its samples; without samples there is none.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
      let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
      text += "\(name)\(braces) \(Self.number(sample.value))\n"
    }
  }

  /// A label's value: backslash, quote and line feed are escaped.
  static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  /// A whole number without a point.
  static func number(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? "\(value)"
  }
}
