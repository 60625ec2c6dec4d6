import Testing

@testable import Manifest

/// From text to a tree with places.
@Suite struct ParsingTests {
  private func tree(_ text: String) -> (node: Node?, problems: [String]) {
    let findings = Findings()
    let node = Node.parse(SourceText(path: "x.yaml", text: text), findings: findings)
    return (node, findings.diagnostics.map { "\($0.line):\($0.column): \($0.message)" })
  }

  @Test func duplicatesAreReportedAtTheSecond() {
    let (node, problems) = tree("epochs: 1\nrate: 2\nepochs: 3\n")
    #expect(problems == ["3:1: `epochs` is given twice; the first is on line 1"])
    #expect(node?["epochs"]?.scalar?.value == .int(1))
  }

  @Test func allDuplicatesAreReported() {
    let text = """
      a: {x: 1, "x": 2, x: 3}
      "b": 1
      'b': 2
      long key: {é: 1, é: 2}
      long key: 4
      "": 1
      """
    #expect(
      tree(text).problems == [
        "1:11: `x` is given twice; the first is on line 1",
        "1:19: `x` is given twice; the first is on line 1",
        "3:1: `b` is given twice; the first is on line 2", "4:18: `é` is given twice; the first is on line 4",
        "5:1: `long key` is given twice; the first is on line 4",
      ])
  }

  @Test(arguments: ["? &k a\n: 1\n? a\n: 2\n", "\"\": 1\n\"\": 2\n", "\"\\x61\": 1\na: 2\n"])
  func duplicatesOfAnotherForm(text: String) {
    let problems = tree(text).problems
    #expect(problems.count == 1)
    #expect(problems.first?.contains("is given twice; the first is on line 1") == true)
  }

  @Test(arguments: [
    ("? [a]\n: 1\nb: 2\n", "1:3: a key must be a name, not a list"),
    ("x: &x {a: 1}\n*x : 1\n", "2:1: a key must be a name, not a mapping"),
    ("{? {a: 1}: 2}", "1:4: a key must be a name, not a mapping"),
  ])
  func keysAreNames(text: String, problem: String) { #expect(tree(text).problems == [problem]) }

  @Test func aKeyMayBeAnAliasOfAName() {
    #expect(tree("a: &x name\n*x : 1\n").node?["name"]?.scalar?.value == .int(1))
  }

  /// Whoever compares or hashes such a key looks at ten to the power of twelve values.
  @Test func aKeyOfNestedAliasesIsRefusedAtOnce() {
    let problems = tree(Self.nestedAliases(levels: 11) + "? *a11\n: 1\n").problems
    #expect(problems.count == 1)
    #expect(problems.first?.hasSuffix("has more than 50000 values") == true)
    #expect(
      tree(Self.nestedAliases(levels: 3) + "? *a3\n: 1\n").problems == [
        "5:3: a key must be a name, not a list"
      ])
  }

  @Test func keysAreCountedBeforeTheyAreCompared() {
    let many = tree((0...1000).map { "key\($0): 1\n" }.joined()).problems
    #expect(many == ["1001:1: a mapping has at most 1000 keys"])
    let equal = tree(String(repeating: "a: 1\n", count: 1000)).problems
    #expect(equal.count == Findings.maximum)
    #expect(equal.first == "2:1: `a` is given twice; the first is on line 1")
  }

  @Test func anAliasIsNoWayToGoDeeper() {
    let (opening, closing) = (String(repeating: "[", count: 600), String(repeating: "]", count: 600))
    let problems = tree("- &x \(opening)\(closing)\n- \(opening)*x \(closing)\n").problems
    #expect(problems == ["2:603: nested too deep for the parser"])
  }

  @Test(arguments: [
    ("a: \"PCA\\n! ls\"", "1:4: a text stands on one line, but this one has a line end (U+000A)"),
    ("a: |\n  one\n", "1:4: a text stands on one line, but this one has a line end (U+000A)"),
    (
      "a: \"VAE\\0\"",
      "1:4: a text has no characters that act or hide instead of being seen, but this one has U+0000"
    ),
    (
      "a:\n  - \"\\e[2J\"",
      "2:5: a text has no characters that act or hide instead of being seen, but this one has U+001B"
    ),
    (
      "a: x\u{202E}y",
      "1:4: a text has no characters that act or hide instead of being seen, but this one has U+202E"
    ),
    (
      "\"k\\u2066\": 1",
      "1:1: a text has no characters that act or hide instead of being seen, but this one has U+2066"
    ),
    (
      "a: V\u{200B}AE",
      "1:4: a text has no characters that act or hide instead of being seen, but this one has U+200B"
    ),
  ])
  func hiddenCharactersAreRefused(text: String, problem: String) { #expect(tree(text).problems == [problem]) }

  @Test(arguments: ["a: >-\n  one\n  two\n", "a: β ± שלום 👩‍🔬", "a: 'it''s'"])
  func textOfOneLineIsFine(text: String) { #expect(tree(text).problems.isEmpty) }

  @Test(arguments: [
    "a: 1\r\nb:\r\n  c: x\r\n", "a: 1\nb:\n  c: x\n", "\u{FEFF}a: 1\nb:\n  c: x\n", "a: 1\rb:\r  c: x",
  ])
  func placesWithAnyLineEnd(text: String) {
    let mark = tree(text).node?["b"]?["c"]?.mark
    #expect(mark?.line == 3)
    #expect(mark?.column == 6)
    #expect(mark?.sourceLine == "  c: x")
  }

  @Test func columnsCountScalars() {
    #expect(tree("é😀: x").node?["é😀"]?.mark.column == 5)
  }

  @Test func mergeKeysAreRefused() {
    #expect(tree("a: &x {b: 1}\nc: {<<: *x}\n").problems == ["2:5: `<<` is not part of YAML 1.2"])
  }

  @Test func anchorsAndAliases() {
    let node = tree("a: &x [1, 2]\nb: *x\n").node
    #expect(node?["b"]?.elements?.count == 2)
  }

  @Test func tags() {
    #expect(tree("a: !!str 12").node?["a"]?.scalar?.value == .text)
    #expect(tree("a: !!int 12").node?["a"]?.scalar?.value == .int(12))
    #expect(tree("a: !secret 12").problems == ["1:4: the tag `!secret` means nothing here"])
    #expect(tree("a: !!set {b, c}").problems == ["1:4: the tag `tag:yaml.org,2002:set` means nothing here"])
  }

  @Test(arguments: [
    (
      "a: [1, 2",
      "2:1: not YAML: did not find expected ',' or ']' (while parsing a flow sequence, from line 1)"
    ),
    ("a: 1\n b: 2\n", "2:3: not YAML: mapping values are not allowed in this context"),
    ("a: *x\n", "1:4: not YAML: found undefined alias"),
    (
      "a: \"open\n",
      "2:1: not YAML: found unexpected end of stream (while scanning a quoted scalar, from line 1)"
    ),
    (
      "a:\n\t- b\n",
      "2:1: not YAML: found character that cannot start any token (while scanning for the next token, from line 2)"
    ),
    (
      "a: 1\n---\nb: 2\n",
      "2:1: not YAML: but found another document (expected a single document in the stream, from line 1)"
    ),
    ("", "1:1: the file is empty"), ("# nothing\n", "1:1: the file is empty"),
    ("a: \u{1}\n", "1:4: not YAML: control characters are not allowed"),
  ])
  func syntaxErrors(text: String, problem: String) { #expect(tree(text).problems == [problem]) }

  @Test(arguments: ["[", "{a: ", "- "])
  func deepNesting(opening: String) {
    let (node, problems) = tree(String(repeating: opening, count: 2_000))
    #expect(node == nil)
    #expect(problems.count == 1)
    #expect(problems.first?.hasSuffix("nested too deep for the parser") == true)
  }

  @Test func nestingNearTheLimitIsRead() {
    let text = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(tree(text).problems.isEmpty)
  }

  @Test func aliasesThatGrowWithoutEnd() {
    let problems = tree(Self.nestedAliases(levels: 6)).problems
    #expect(problems.count == 1)
    #expect(
      problems.first?.hasSuffix("with its aliases and includes, this manifest has more than 50000 values")
        == true)
  }

  private static func nestedAliases(levels: Int) -> String {
    let list = { (item: String) in "[\(Array(repeating: item, count: 10).joined(separator: ", "))]\n" }
    return (1...levels).reduce("a0: &a0 \(list("x"))") { $0 + "a\($1): &a\($1) \(list("*a\($1 - 1)"))" }
  }
}
