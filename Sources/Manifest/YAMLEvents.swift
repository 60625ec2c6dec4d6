import CYaml

/// What a YAML text is made of, one after another, as libyaml reads it.
///
/// Not by way of Yams's trees: it compares whole keys before it hands out a tree, and a key may be a tree that aliases
/// make larger than any memory.
final class YAMLEvents {
  enum Kind {
    case scalar(text: String, isPlain: Bool)
    case list, mapping
    /// The end of a list or a mapping.
    case end
    case alias(String)
    case documentStart, documentEnd, streamStart, streamEnd
  }

  struct Event {
    let kind: Kind
    /// Of what a node begins with, also its anchor or tag. Counted from 1, columns in Unicode scalars.
    let line, column: Int
    /// The name that aliases give this node.
    let anchor: String?
    /// Empty where none is given.
    let tag: String
  }

  /// Why a text is no YAML, in libyaml's words.
  struct Problem: Error {
    let text: String
    /// What was being read, and on which line that began.
    let context: (text: String, line: Int)?
    /// Nil where only `offset` is known.
    let place: (line: Int, column: Int)?
    /// In bytes.
    let offset: Int
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    yaml_parser_initialize(parser)
    bytes = .allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  func next() throws(Problem) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
    defer { yaml_event_delete(&event) }
    let data = event.data
    var (anchor, tag): (String?, String) = (nil, "")
    let kind: Kind
    switch event.type {
    case YAML_SCALAR_EVENT:
      let value = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
      kind = .scalar(
        text: String(decoding: value, as: UTF8.self), isPlain: data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
      (anchor, tag) = (Self.text(data.scalar.anchor), Self.text(data.scalar.tag) ?? "")
    case YAML_SEQUENCE_START_EVENT:
      kind = .list
      (anchor, tag) = (Self.text(data.sequence_start.anchor), Self.text(data.sequence_start.tag) ?? "")
    case YAML_MAPPING_START_EVENT:
      kind = .mapping
      (anchor, tag) = (Self.text(data.mapping_start.anchor), Self.text(data.mapping_start.tag) ?? "")
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .end
    case YAML_ALIAS_EVENT: kind = .alias(Self.text(data.alias.anchor) ?? "")
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_STREAM_START_EVENT: kind = .streamStart
    default: kind = .streamEnd
    }
    return Event(
      kind: kind, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1,
      anchor: anchor, tag: tag)
  }

  private var problem: Problem {
    let state = parser.pointee
    let text = state.problem.map { String(cString: $0) } ?? "there is no memory for it"
    let hasPlace = state.error == YAML_SCANNER_ERROR || state.error == YAML_PARSER_ERROR
    return Problem(
      text: text,
      context: hasPlace
        ? state.context.map { (String(cString: $0), Int(state.context_mark.line) + 1) } : nil,
      place: hasPlace ? (Int(state.problem_mark.line) + 1, Int(state.problem_mark.column) + 1) : nil,
      offset: Int(state.problem_offset))
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
