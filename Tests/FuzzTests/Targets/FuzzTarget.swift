/// A parser of foreign bytes, as the fuzzer and the tests call it.
///
/// What the bytes are is not judged: a value or a thrown error are both right. A trap, a claim that
/// does not hold, or a run without end is what is looked for.
struct FuzzTarget: Sendable {
  let name: String
  /// Reads the bytes and looks at all that comes of them.
  let run: @Sendable ([UInt8]) throws -> Void

  /// All targets, in the order of the layers.
  static let all: [FuzzTarget] = texts + files + directory + frames + web

  /// The target of a name.
  static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

  /// Ends the program if a claim about what was read does not hold.
  static func claim(_ isTrue: Bool, _ claim: String) {
    precondition(isTrue, claim)
  }
}
