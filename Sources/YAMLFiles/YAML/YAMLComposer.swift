internal import OperatingSystem

/// Builds the tree of one document and refuses what a file that people write has no use for.
///
/// Refused things are reported and read past, so that the errors behind them are found in the same
/// run; only what makes the rest meaningless ends the reading.
struct YAMLComposer: ~Copyable {
  /// The deepest nesting of lists and mappings.
  static let maximumDepth = 64

  private var events: YAMLEventSource
  private let kind: FileKind
  private let problems: ProblemList

  /// The root of a text's only document, or nil if there is none; everything wrong with the text
  /// goes to `problems`.
  static func root(of bytes: [UInt8], kind: FileKind, problems: ProblemList) -> YAMLNode? {
    do throws(YAMLSyntaxError) {
      if let problem = YAMLText.problem(in: bytes, of: kind) { throw problem }
      let text = bytes.dropFirst(bytes.starts(with: YAMLText.byteOrderMark) ? 3 : 0)
      var composer = YAMLComposer(
        events: try YAMLEventSource(Array(text)), kind: kind, problems: problems)
      return try composer.document()
    } catch {
      problems.report(error.message, at: error.position)
      return nil
    }
  }

  private init(events: consuming YAMLEventSource, kind: FileKind, problems: ProblemList) {
    self.events = events
    self.kind = kind
    self.problems = problems
  }

  private mutating func document() throws(YAMLSyntaxError) -> YAMLNode? {
    var root: YAMLNode?
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamEnd: return root
      case .documentStart where root != nil:
        throw YAMLSyntaxError(
          position: event.position,
          message: "a second document begins here; a \(kind.name) is one document")
      case .documentStart(hasTagDirectives: true):
        problems.report("tag directives are not allowed; remove the line", at: event.position)
      case .streamStart, .documentStart, .documentEnd: break
      default: root = try node(of: event, depth: 1)
      }
    }
  }

  private mutating func node(
    of event: YAMLEvent, depth: Int
  ) throws(YAMLSyntaxError) -> YAMLNode {
    reportProperties(of: event)
    switch event.kind {
    case .scalar(let text, let isPlain):
      return YAMLNode(
        position: event.position, content: scalar(text, isPlain: isPlain, at: event.position))
    case .sequenceStart:
      try checkDepth(depth, at: event.position)
      return YAMLNode(position: event.position, content: .sequence(try items(depth: depth)))
    case .mappingStart:
      try checkDepth(depth, at: event.position)
      return YAMLNode(position: event.position, content: .mapping(try entries(depth: depth)))
    default:
      problems.report(
        "aliases are not allowed; write the value out, or quote one that begins with '*'",
        at: event.position)
      return YAMLNode(position: event.position, content: .refused)
    }
  }

  private mutating func items(depth: Int) throws(YAMLSyntaxError) -> [YAMLNode] {
    var items: [YAMLNode] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { return items }
      items.append(try node(of: event, depth: depth + 1))
    }
  }

  private mutating func entries(depth: Int) throws(YAMLSyntaxError) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var lineOfKey: [String: Int] = [:]
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { return entries }
      let key = self.key(of: try node(of: event, depth: depth + 1), seen: &lineOfKey)
      let value = try node(of: try events.next(), depth: depth + 1)
      if let key {
        entries.append(YAMLNode.Entry(key: key, keyPosition: event.position, value: value))
      }
    }
  }

  private func key(of node: YAMLNode, seen: inout [String: Int]) -> String? {
    guard case .scalar(let key, let isPlain) = node.content else {
      if case .refused = node.content { return nil }
      problems.report("a key must be text, not \(node.kindInWords)", at: node.position)
      return nil
    }
    if key == "<<", isPlain {
      problems.report("merge keys are not allowed; write the values out", at: node.position)
      return nil
    }
    if let line = seen[key] {
      problems.report(
        "duplicate key\(Wording.quotedKey(key)), first at line \(line); keep one",
        at: node.position)
      return nil
    }
    seen[key] = node.position.line
    return key
  }

  private func scalar(_ text: String, isPlain: Bool, at position: FilePosition) -> YAMLNode.Content
  {
    guard text.utf8.contains(0) else { return .scalar(text, isPlain: isPlain) }
    problems.report("the text holds a NUL character; remove it", at: position)
    return .refused
  }

  private func reportProperties(of event: YAMLEvent) {
    if event.hasAnchor {
      problems.report(
        "anchors are not allowed; remove it, or quote a value that begins with '&'",
        at: event.position)
    }
    if event.hasTag {
      problems.report(
        "tags are not allowed; remove it, or quote a value that begins with '!'",
        at: event.position)
    }
  }

  private func checkDepth(_ depth: Int, at position: FilePosition) throws(YAMLSyntaxError) {
    guard depth > Self.maximumDepth else { return }
    throw YAMLSyntaxError(
      position: position, message: "nested more than \(Self.maximumDepth) levels deep")
  }
}
