package import OperatingSystem

/// What the whole reading of one file shares.
package final class ReadingContext {
  /// The absolute path of the file's folder, from which relative paths count.
  package let folder: String
  /// What the readings of one kind of file know beyond the file; they alone know its type.
  package let facts: any Sendable
  package let problems: ProblemList

  init(folder: String, facts: any Sendable, problems: ProblemList) {
    self.folder = folder
    self.facts = facts
    self.problems = problems
  }
}

/// A value that is to be read, and what it is called in messages.
package struct InputValue {
  package let node: YAMLNode
  /// `'port'` or `an entry of 'hosts'`.
  package let name: String
  package let context: ReadingContext

  /// Reports that the value is wrong, unless that was reported already.
  package func refuse<Value>(_ message: String) -> Value? {
    if case .refused = node.content { return nil }
    context.problems.report(message, at: node.position)
    return nil
  }

  /// Reports a value of another type, with what it should be.
  package func refuse<Value>(expected: String) -> Value? {
    if case .scalar(let text, let isPlain) = node.content,
      PlainScalar(text, isPlain: isPlain) == .none
    {
      return refuse("\(name) has no value; it must be \(expected), or remove the key")
    }
    return refuse("\(name) must be \(expected), not \(node.kindInWords)")
  }
}

/// How a value of the file becomes a value of the program; what is wrong goes to the input's context
/// and the answer is nil.
package struct Reading<Value>: Sendable {
  package let shape: ValueShape
  package let read: @Sendable (InputValue) -> Value?

  package init(shape: ValueShape, read: @escaping @Sendable (InputValue) -> Value?) {
    self.shape = shape
    self.read = read
  }

  /// The same shape, with a further step.
  package func map<Other>(_ step: @escaping @Sendable (Value, InputValue) -> Other?) -> Reading<
    Other
  > {
    let read = read
    return Reading<Other>(shape: shape) { input in read(input).flatMap { step($0, input) } }
  }

  /// The value together with its place, for checks that come later.
  package static func located<Inner>(
    _ inner: Reading<Inner>
  ) -> Reading where Value == Located<Inner> {
    inner.map { value, input in Located(value: value, position: input.node.position) }
  }
}

/// A value and its place.
package struct Located<Value> {
  package let value: Value
  package let position: FilePosition
}

extension Located: Sendable where Value: Sendable {}
