import Files

/// How much a manifest may be, all its files together: far more than any has, and little enough that every check is
/// done in seconds, whoever wrote it.
final class ManifestBudget {
  /// Anchors and aliases can make a small file a huge tree.
  static let nodes = 50_000
  static let keys = 1000
  static let depth = 1000
  /// Files read, each as often as it is included.
  static let files = 64
  /// Of one file.
  static let bytes = 1 << 20

  private var nodesLeft = nodes
  private var filesLeft = files

  func take(nodes count: Int) -> Bool {
    nodesLeft -= min(count, nodesLeft + 1)
    return nodesLeft >= 0
  }

  func takeFile() -> Bool {
    filesLeft -= min(1, filesLeft + 1)
    return filesLeft >= 0
  }
}

extension Node {
  /// Parses one YAML document. Problems go to `findings`; nil where the text has no tree.
  static func parse(
    _ source: SourceText, findings: Findings, budget: ManifestBudget = ManifestBudget()
  ) -> Node? {
    var builder = Builder(source: source, findings: findings, budget: budget)
    do throws(Builder.Stop) {
      return try builder.document()
    } catch {
      return nil
    }
  }
}

/// Makes a tree of the parser's events.
private struct Builder {
  /// The text has no tree; why has been reported.
  struct Stop: Error {}

  /// A node with what it costs to put it in once more.
  private struct Part {
    let node: Node
    var count = 1
    var depth = 0
  }

  let source: SourceText
  let findings: Findings
  let budget: ManifestBudget
  private let events: YAMLEvents
  private var anchors: [String: Part] = [:]

  init(source: SourceText, findings: Findings, budget: ManifestBudget) {
    self.source = source
    self.findings = findings
    self.budget = budget
    events = YAMLEvents(source.text)
  }

  mutating func document() throws(Stop) -> Node {
    _ = try next()
    guard case .documentStart = try next().kind else {
      throw stop("the file is empty", at: Mark(source: source, line: 1, column: 1))
    }
    let tree = try part(try next(), at: 0).node
    _ = try next()
    let further = try next()
    guard case .streamEnd = further.kind else {
      throw stop(
        "not YAML: but found another document (expected a single document in the stream, from line 1)",
        at: mark(further))
    }
    return tree
  }

  // MARK: Trees

  private mutating func part(_ event: YAMLEvents.Event, at depth: Int) throws(Stop) -> Part {
    let part: Part
    switch event.kind {
    case .scalar(let text, let isPlain): part = Part(node: scalar(text, isPlain, event))
    case .list: part = try list(event, at: depth)
    case .mapping: part = try mapping(event, at: depth)
    case .alias(let name):
      guard let anchored = anchors[name] else {
        throw stop("not YAML: found undefined alias", at: mark(event))
      }
      part = anchored
    default: throw stop("not YAML: found no value", at: mark(event))
    }
    // What is inside a list or a mapping has been taken already; that of an alias has not.
    var count = 1
    if case .alias = event.kind { count = part.count }
    guard budget.take(nodes: count) else {
      throw stop(
        "with its aliases and includes, this manifest has more than \(ManifestBudget.nodes) values",
        at: mark(event))
    }
    guard depth + part.depth <= ManifestBudget.depth else { throw tooDeep(mark(event)) }
    if let anchor = event.anchor { anchors[anchor] = part }
    return part
  }

  private mutating func list(_ event: YAMLEvents.Event, at depth: Int) throws(Stop) -> Part {
    check(event, among: ["", "tag:yaml.org,2002:seq"])
    var elements: [Node] = []
    var (count, below) = (1, 0)
    while true {
      let next = try next()
      if case .end = next.kind { break }
      let element = try part(next, at: depth + 1)
      elements.append(element.node)
      count += element.count
      below = max(below, element.depth)
    }
    return Part(node: Node(content: .list(elements), mark: mark(event)), count: count, depth: below + 1)
  }

  private mutating func mapping(_ event: YAMLEvents.Event, at depth: Int) throws(Stop) -> Part {
    check(event, among: ["", "tag:yaml.org,2002:map"])
    var entries: [Entry] = []
    var firstLines: [String: Int] = [:]
    var (count, below, keys) = (1, 0, 0)
    while true {
      let next = try next()
      if case .end = next.kind { break }
      keys += 1
      guard keys <= ManifestBudget.keys else {
        throw stop("a mapping has at most \(ManifestBudget.keys) keys", at: mark(next))
      }
      let key = try part(next, at: depth + 1)
      let value = try part(try self.next(), at: depth + 1)
      count += key.count + value.count
      below = max(below, key.depth, value.depth)
      guard let name = key.node.scalar?.text else {
        findings.error("a key must be a name, not \(key.node.described)", at: mark(next))
        continue
      }
      let keyMark = mark(next, length: name.unicodeScalars.count)
      if name == "<<", case .scalar(_, isPlain: true) = next.kind {
        findings.error("`<<` is not part of YAML 1.2", at: keyMark, "use `extends` or `include`")
      } else if let line = firstLines[name] {
        findings.error("`\(name)` is given twice; the first is on line \(line)", at: keyMark)
      } else {
        firstLines[name] = keyMark.line
        entries.append(Entry(key: name, keyMark: keyMark, value: value.node))
      }
    }
    return Part(node: Node(content: .mapping(entries), mark: mark(event)), count: count, depth: below + 1)
  }

  private func scalar(_ text: String, _ isPlain: Bool, _ event: YAMLEvents.Event) -> Node {
    let place = mark(event, length: text.unicodeScalars.count + (isPlain ? 0 : 2))
    let string = "tag:yaml.org,2002:str"
    check(event, among: ["", string] + ["int", "float", "bool", "null"].map { "tag:yaml.org,2002:\($0)" })
    checkVisible(text, at: place)
    return Node(
      content: .scalar(isPlain && event.tag != string ? Scalar(plain: text) : Scalar(quoted: text)),
      mark: place)
  }

  private func check(_ event: YAMLEvents.Event, among known: [String]) {
    if !known.contains(event.tag) {
      findings.error("the tag `\(event.tag)` means nothing here", at: mark(event), "leave it out")
    }
  }

  /// Every text is a name, a label or a note, and all of these are shown to people.
  private func checkVisible(_ text: String, at place: Mark) {
    guard let hidden = text.unicodeScalars.first(where: \.isHidden) else { return }
    let digits = String(hidden.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: 4 - digits.count) + digits
    let isLineEnd = hidden == "\n" || hidden == "\r"
    findings.error(
      isLineEnd
        ? "a text stands on one line, but this one has a line end (\(code))"
        : "a text has no characters that act or hide instead of being seen, but this one has \(code)",
      at: place, isLineEnd ? "a block of several lines is one line with `>-`" : "leave it out")
  }

  private func mark(_ event: YAMLEvents.Event, length: Int = 1) -> Mark {
    Mark(source: source, line: event.line, column: event.column, length: length)
  }

  // MARK: Syntax errors

  private func next() throws(Stop) -> YAMLEvents.Event {
    do throws(YAMLEvents.Problem) {
      return try events.next()
    } catch {
      let place = error.place.map { Mark(source: source, line: $0.line, column: $0.column) }
      let mark = place ?? position(offset: error.offset)
      // libyaml's own words name a C function.
      if error.text.hasPrefix("Maximum nesting") { throw tooDeep(mark) }
      let opening = error.context.map { " (\($0.text), from line \($0.line))" } ?? ""
      throw stop("not YAML: \(error.text)\(opening)", at: mark)
    }
  }

  private func tooDeep(_ mark: Mark) -> Stop { stop("nested too deep for the parser", at: mark) }

  private func stop(_ message: String, at mark: Mark) -> Stop {
    findings.error(message, at: mark)
    return Stop()
  }

  /// `offset` counts bytes from the start.
  private func position(offset: Int) -> Mark {
    let before = SourceText(
      path: source.path, text: String(decoding: source.text.utf8.prefix(offset), as: UTF8.self))
    return Mark(
      source: source, line: before.lines.count, column: (before.lines.last?.unicodeScalars.count ?? 0) + 1)
  }
}
