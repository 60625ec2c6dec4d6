import Yams

extension Node {
  /// Anchors and aliases can make a small file a huge tree; no manifest needs more nodes than this.
  static let maximumCount = 200_000

  /// Parses one YAML document. Problems go to `findings`; nil where the text has no tree.
  static func parse(_ source: SourceText, findings: Findings) -> Node? {
    var builder = Builder(source: source, findings: findings)
    guard let tree = builder.compose() else { return nil }
    return builder.node(from: tree)
  }
}

/// Turns Yams's tree into ours.
private struct Builder {
  let source: SourceText
  let findings: Findings
  /// True names of keys that were renamed to get past Yams's own check for duplicates.
  private var renamed: [Place: String] = [:]
  private var count = 0

  private struct Place: Hashable {
    let line: Int
    let column: Int
  }

  init(source: SourceText, findings: Findings) {
    self.source = source
    self.findings = findings
  }

  /// Yams refuses a mapping with a repeated key before it hands out a tree, and marks the first of the two. So the
  /// first one is renamed in place, by one character of the private use area, until the text composes; `node(from:)`
  /// then sees all of them, with their places.
  mutating func compose() -> Yams.Node? {
    var lines = source.lines.map { Array($0.unicodeScalars) }
    var text = source.text
    while true {
      do {
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        guard let tree = try parser.singleRoot() else {
          findings.error("the file is empty", at: Mark(source: source, line: 1, column: 1))
          return nil
        }
        return tree
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        guard let changed = rename(names.first ?? "", at: context.mark, in: &lines) else {
          findings.error("a key is given twice in this mapping", at: mark(context.mark))
          return nil
        }
        text = changed
      } catch {
        report(error)
        return nil
      }
    }
  }

  private mutating func rename(
    _ name: String, at mark: Yams.Mark, in lines: inout [[Unicode.Scalar]]
  ) -> String? {
    let place = Place(line: mark.line, column: mark.column)
    guard renamed[place] == nil, renamed.count < 1000, lines.indices.contains(mark.line - 1),
      let mask = Unicode.Scalar(UInt32(0xE000 + renamed.count))
    else { return nil }
    let line = lines[mark.line - 1].dropFirst(mark.column - 1)
    let quotes = line.first == "\"" || line.first == "'" ? 1 : 0
    // An anchor or a tag before the key, or an escape in it: its first character is not where the mark is.
    guard !name.isEmpty, line.dropFirst(quotes).starts(with: name.unicodeScalars) else { return nil }
    renamed[place] = name
    lines[mark.line - 1][mark.column - 1 + quotes] = mask
    return lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
  }

  // MARK: Trees

  mutating func node(from tree: Yams.Node) -> Node? {
    count += 1
    guard count <= Node.maximumCount else {
      if count == Node.maximumCount + 1 {
        findings.error(
          "aliases make this file more than \(Node.maximumCount) values", at: mark(tree.mark))
      }
      return nil
    }
    switch tree {
    case .scalar(let scalar): return self.scalar(scalar)
    case .sequence(let sequence):
      check(tag: sequence.tag, among: ["", "tag:yaml.org,2002:seq"], at: sequence.mark)
      var elements: [Node] = []
      for element in sequence { if let node = node(from: element) { elements.append(node) } }
      return Node(content: .list(elements), mark: mark(sequence.mark))
    case .mapping(let mapping):
      check(tag: mapping.tag, among: ["", "tag:yaml.org,2002:map"], at: mapping.mark)
      return Node(content: .mapping(entries(of: mapping)), mark: mark(mapping.mark))
    case .alias:
      // The parser puts the value in place of an alias.
      return nil
    }
  }

  private mutating func entries(of mapping: Yams.Node.Mapping) -> [Entry] {
    var entries: [Entry] = []
    var firstLines: [String: Int] = [:]
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        findings.error("a key must be a name, not a list or a mapping", at: mark(key.mark))
        continue
      }
      let place = Place(line: scalar.mark?.line ?? 0, column: scalar.mark?.column ?? 0)
      let name = renamed[place] ?? scalar.string
      let keyMark = mark(scalar.mark, length: name.unicodeScalars.count)
      guard let node = node(from: value) else { continue }
      if name == "<<", scalar.style == .plain {
        findings.error("`<<` is not part of YAML 1.2", at: keyMark, "use `extends` or `include`")
      } else if let line = firstLines[name] {
        findings.error("`\(name)` is given twice; the first is on line \(line)", at: keyMark)
      } else {
        firstLines[name] = keyMark.line
        entries.append(Entry(key: name, keyMark: keyMark, value: node))
      }
    }
    return entries
  }

  private func scalar(_ scalar: Yams.Node.Scalar) -> Node {
    let plain = scalar.style == .plain
    let length = scalar.string.unicodeScalars.count + (plain ? 0 : 2)
    let place = mark(scalar.mark, length: length)
    let text = "tag:yaml.org,2002:str"
    let tags = ["", text] + ["int", "float", "bool", "null"].map { "tag:yaml.org,2002:\($0)" }
    check(tag: scalar.tag, among: tags, at: scalar.mark)
    let resolved =
      plain && scalar.tag.description != text ? Scalar(plain: scalar.string) : Scalar(quoted: scalar.string)
    return Node(content: .scalar(resolved), mark: place)
  }

  private func check(tag: Tag, among known: [String], at place: Yams.Mark?) {
    if !known.contains(tag.description) {
      findings.error("the tag `\(tag.description)` means nothing here", at: mark(place), "leave it out")
    }
  }

  private func mark(_ mark: Yams.Mark?, length: Int = 1) -> Mark {
    Mark(source: source, line: mark?.line ?? 1, column: mark?.column ?? 1, length: length)
  }

  // MARK: Syntax errors

  private func report(_ error: Error) {
    switch error {
    case YamlError.scanner(let context, let problem, let place, _),
      YamlError.parser(let context, let problem, let place, _),
      YamlError.composer(let context, let problem, let place, _):
      let opening = context.map { " (\($0.text), from line \($0.mark.line))" } ?? ""
      // libyaml's own words name a C function.
      let isDeep = problem.hasPrefix("Maximum nesting")
      findings.error(
        isDeep ? "nested too deep for the parser" : "not YAML: \(problem)\(opening)", at: mark(place))
    case YamlError.reader(let problem, let offset, _, let yaml):
      findings.error("not YAML: \(problem)", at: position(offset: offset ?? 0, in: yaml))
    default:
      findings.error("not YAML: \(error)", at: Mark(source: source, line: 1, column: 1))
    }
  }

  /// `offset` counts characters from the start.
  private func position(offset: Int, in text: String) -> Mark {
    let before = SourceText(path: source.path, text: String(text.prefix(offset)))
    return Mark(
      source: source, line: before.lines.count, column: (before.lines.last?.unicodeScalars.count ?? 0) + 1)
  }
}
