import CYAML
import OperatingSystem

/// One event of libyaml's parser (`yaml_event_t`), as a value.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd
    case documentStart(hasTagDirectives: Bool)
    case documentEnd
    case scalar(String, isPlain: Bool)
    case sequenceStart, sequenceEnd
    case mappingStart, mappingEnd
    case alias
  }

  var kind: Kind
  var position: FilePosition
  var hasAnchor = false
  var hasTag = false
}

/// Where and why libyaml could not go on.
struct YAMLSyntaxError: Error {
  let position: FilePosition
  let message: String
}

/// The events of one YAML text, from libyaml; owns the parser and the text.
///
/// The C interface is documented in `yaml.h` (<https://pyyaml.org/wiki/LibYAML>). The pointers are
/// private, made in the initialiser and freed once, because the type cannot be copied.
@safe
struct YAMLEventSource: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  // libyaml keeps a pointer to its input until it is deleted.
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// Begins to read a text that is UTF-8.
  init(_ bytes: [UInt8]) throws(YAMLSyntaxError) {
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    unsafe input = .allocate(capacity: bytes.count)
    _ = unsafe input.initialize(from: bytes)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      throw YAMLSyntaxError(
        position: FilePosition(line: 1, column: 1), message: "not enough memory to read the file")
    }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    // A parser that could not be initialized is all zero, which this accepts.
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event; after an error there are no more.
  mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe Self.value(of: event)
  }

  private static func value(of event: yaml_event_t) -> YAMLEvent {
    var value = unsafe YAMLEvent(kind: .streamEnd, position: FilePosition(event.start_mark))
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: value.kind = .streamStart
    case YAML_DOCUMENT_START_EVENT:
      let directives = unsafe event.data.document_start.tag_directives
      value.kind = unsafe .documentStart(hasTagDirectives: directives.start != directives.end)
    case YAML_DOCUMENT_END_EVENT: value.kind = .documentEnd
    case YAML_ALIAS_EVENT: value.kind = .alias
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      value.kind = unsafe .scalar(
        String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      (value.hasAnchor, value.hasTag) = unsafe (scalar.anchor != nil, scalar.tag != nil)
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      value.kind = .sequenceStart
      (value.hasAnchor, value.hasTag) = unsafe (start.anchor != nil, start.tag != nil)
    case YAML_SEQUENCE_END_EVENT: value.kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      value.kind = .mappingStart
      (value.hasAnchor, value.hasTag) = unsafe (start.anchor != nil, start.tag != nil)
    case YAML_MAPPING_END_EVENT: value.kind = .mappingEnd
    default: value.kind = .streamEnd
    }
    return value
  }

  private func failure() -> YAMLSyntaxError {
    let problem = unsafe Self.text(parser.pointee.problem) ?? "not enough memory"
    let context = unsafe Self.text(parser.pointee.context).map { " \($0)" } ?? ""
    let hint =
      switch (problem, context) {
      case (_, " while scanning an alias"): "; quote a value that begins with '*'"
      case (_, " while scanning an anchor"): "; quote a value that begins with '&'"
      case (_, " while scanning a tag"), (_, " while parsing a tag"):
        "; quote a value that begins with '!'"
      case ("found a tab character that violates indentation", _): "; indent with spaces"
      case ("found character that cannot start any token", _):
        "; indent with spaces and quote a value that begins with '@', '%' or '`'"
      default: ""
      }
    return YAMLSyntaxError(
      position: failurePosition(), message: "not valid YAML: \(problem)\(context)\(hint)")
  }

  private func failurePosition() -> FilePosition {
    // Only what the decoder refuses has an offset instead of a mark.
    guard unsafe parser.pointee.error == YAML_READER_ERROR else {
      return unsafe FilePosition(parser.pointee.problem_mark)
    }
    let offset = unsafe min(parser.pointee.problem_offset, input.count)
    return unsafe FilePosition(ofByte: offset, in: Array(input))
  }

  private static func text(_ message: UnsafePointer<CChar>?) -> String? {
    unsafe message.map { unsafe String(cString: $0) }
  }
}

extension FilePosition {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
