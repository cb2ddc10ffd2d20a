import PluginContract

/// What the whole reading of one file shares.
final class ReadingContext {
  /// The absolute path of the file's folder, from which relative paths count.
  let folder: String
  /// The matchers that there are.
  let matchers: [MatcherDeclaration]
  /// True if secret files are looked at (A4).
  let checksSecretFiles: Bool
  let problems: ProblemList

  init(
    folder: String, matchers: [MatcherDeclaration], checksSecretFiles: Bool, problems: ProblemList
  ) {
    self.folder = folder
    self.matchers = matchers
    self.checksSecretFiles = checksSecretFiles
    self.problems = problems
  }
}

/// A value that is to be read, and what it is called in messages.
struct Slot {
  let node: YAMLNode
  /// `'port'` or `an entry of 'hosts'`.
  let name: String
  let context: ReadingContext

  /// Reports that the value is wrong, unless that was reported already.
  func refuse<Value>(_ message: String) -> Value? {
    if case .refused = node.content { return nil }
    context.problems.report(message, at: node.position)
    return nil
  }

  /// Reports a value of another type, with what it should be.
  func refuse<Value>(expected: String) -> Value? {
    if case .scalar(let text, let isPlain) = node.content,
      PlainScalar(text, isPlain: isPlain) == .none
    {
      return refuse("\(name) has no value; it must be \(expected), or remove the key")
    }
    return refuse("\(name) must be \(expected), not \(node.kindInWords)")
  }
}

/// How a value of the file becomes a value of the program; what is wrong goes to the slot's context
/// and the answer is nil.
struct Reading<Value>: Sendable {
  let shape: ValueShape
  let read: @Sendable (Slot) -> Value?

  /// The same shape, with a further step.
  func map<Other>(_ step: @escaping @Sendable (Value, Slot) -> Other?) -> Reading<Other> {
    let read = read
    return Reading<Other>(shape: shape) { slot in read(slot).flatMap { step($0, slot) } }
  }

  /// The value together with its place, for checks that come later.
  static func located<Inner>(_ inner: Reading<Inner>) -> Reading where Value == Located<Inner> {
    inner.map { value, slot in Located(value: value, position: slot.node.position) }
  }
}

/// A value and its place.
struct Located<Value> {
  let value: Value
  let position: FilePosition
}

extension Located: Sendable where Value: Sendable {}
