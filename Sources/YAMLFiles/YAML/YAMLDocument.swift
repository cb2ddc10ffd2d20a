package import OperatingSystem

/// A file's only YAML document, and everything that is wrong with it.
///
/// Reading one takes a table of keys and a few lines:
///
///     let document = YAMLDocument(bytes, shownAs: path, kind: .manifest)
///     guard let manifest = document.value(by: .manifest, folder: folder) else {
///       throw ManifestError(document.problems.sorted)
///     }
package struct YAMLDocument {
  /// The document's value; nil if there is none, which is reported.
  package let root: YAMLNode?
  /// What is wrong with the YAML, and what readings of the root add.
  package let problems: ProblemList
  private let kind: FileKind

  /// Takes a text apart.
  ///
  /// - Parameters:
  ///   - bytes: the file; more than 1 MiB, or anything but UTF-8, is a problem.
  ///   - path: the file, as the user named it; problems begin with it.
  ///   - kind: what the file is called in messages.
  package init(_ bytes: [UInt8], shownAs path: String, kind: FileKind) {
    let problems = ProblemList(path: path)
    root = YAMLComposer.root(of: bytes, kind: kind, problems: problems)
    if root == nil, problems.isEmpty {
      problems.report(
        "the file is empty; it needs \(kind.needs)", at: FilePosition(line: 1, column: 1))
    }
    self.problems = problems
    self.kind = kind
  }

  /// The root as a value of the program; nil if anything at all is wrong with the file, which is in
  /// ``problems``.
  ///
  /// - Parameters:
  ///   - folder: the absolute path from which relative paths count.
  ///   - facts: see ``ReadingContext/facts``.
  package func value<Value>(
    by reading: Reading<Value>, folder: String, facts: any Sendable = ()
  ) -> Value? {
    let context = ReadingContext(folder: folder, facts: facts, problems: problems)
    let value = root.flatMap { root in
      reading.read(InputValue(node: root, name: "a \(kind.name)", context: context))
    }
    return problems.isEmpty ? value : nil
  }

  /// The value of one key of the root, whatever is wrong with the others; nil if it is not there, or
  /// anything is wrong with it. Nothing is added to ``problems``.
  package func value<Value>(
    ofKey key: String, by reading: Reading<Value>, folder: String, facts: any Sendable = ()
  ) -> Value? {
    guard case .mapping(let entries) = root?.content,
      let node = entries.first(where: { $0.key == key })?.value
    else { return nil }
    let own = ProblemList(path: "")
    let context = ReadingContext(folder: folder, facts: facts, problems: own)
    let value = reading.read(InputValue(node: node, name: "'\(key)'", context: context))
    return own.isEmpty ? value : nil
  }
}
