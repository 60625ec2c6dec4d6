import Files
import Foundation
import Testing

@testable import Manifest

@Suite struct JSONSchemaTests {
  @Test func isTheSameTextEveryTime() {
    #expect(JSONSchema.text(for: vocabulary) == JSONSchema.text(for: vocabulary))
  }

  @Test func isJSONAndNamesEveryKeyAndField() throws {
    let schema = try JSON(parsing: Array(JSONSchema.text(for: vocabulary).utf8))
    #expect(Set(schema["properties"]?.object?.keys.map { $0 } ?? []) == Set(Shape.manifest.keys.map(\.name)))
    let kinds = schema["$defs"]?["representation"]?["anyOf"]?.array ?? []
    let vae = kinds.first { $0["properties"]?["kind"]?["const"] == "vae" }
    #expect(vae?["description"] == "Variational auto-encoder")
    #expect(
      Set(vae?["properties"]?.object?.keys.map { $0 } ?? [])
        == ["kind", "beta", "hidden", "updates", "name", "layers", "optimiser"])
  }

  @Test func indentedTextReadsBack() throws {
    let value: JSON = ["a": [], "b": ["c": [1, 2.5, "x\n"]], "d": [["e": .null]], "f": [:]]
    #expect(try JSON(parsing: Array(value.indented.utf8)) == value)
  }

  // MARK: By an independent implementation

  /// Which of the manifests the validator accepts.
  private func accepted(_ texts: [String], by words: Vocabulary = vocabulary) throws -> [Bool] {
    let instances = try texts.map { text in
      try #require(Node.parse(SourceText(path: "x.yaml", text: text), findings: Findings())).json
    }
    let schema = try JSON(parsing: Array(JSONSchema.text(for: words).utf8))
    let script = """
      import json, sys, jsonschema
      data = json.load(sys.stdin)
      jsonschema.Draft202012Validator.check_schema(data["schema"])
      validator = jsonschema.Draft202012Validator(data["schema"])
      print(json.dumps([validator.is_valid(instance) for instance in data["instances"]]))
      """
    let input: JSON = ["schema": schema, "instances": .array(instances)]
    return try JSON(parsing: Array(try Python.run(script, input: input.canonical).utf8)).decode([Bool].self)
  }

  @Test(.enabled(if: Python.hasJSONSchema, "python3 with the package jsonschema is needed"))
  func acceptsSoundManifests() throws {
    let texts = [
      sound, "include: [a.yaml]\ntable: x\nsource: {place: p}\ndataset: {size: 32}\n",
      sound.with("beta: 1,", "name: ~,"),
      sound.with("{paper4: 100}", "{paper4: {quick: 1, desk: 2, paper: 3}}"),
      sound.with("{paper4: 100}", "{paper: {paper4: 100}}"),
      sound.with("set: {representation.beta: 4}", "set: {deviations: [], choices: []}"),
      SearchTests.searched,
      SearchTests.searched.with("[{after: 0.1, keep: 0.5}, {after: 0.5, keep: 0.25}]", "~"),
      SearchTests.searched.with(
        "log-uniform: [0.1, 10]", "uniform: {quick: [0, 1], desk: [0, 1], paper: [0, 2]}"),
      sound.with("[1, 2.5]", "{low: 1, high: {quick: 2, desk: 3, paper: 3}}"),
    ]
    #expect(try accepted(texts) == texts.map { _ in true })
    #expect(try accepted([SearchTests.classified], by: SearchTests.withClassifiers) == [true])
  }

  @Test(.enabled(if: Python.hasJSONSchema, "python3 with the package jsonschema is needed"))
  func refusesWhatTheDecoderRefuses() throws {
    let changes = [
      ("table: dsprites", "table: dSprites"), ("repeats: {quick: 3, desk: 3, paper: 10}", "repeats: 0"),
      ("repeats: {quick: 3, desk: 3, paper: 10}", "repeats: {quick: 3, dsk: 3}"),
      ("label: MIG", "lable: MIG"),
      ("better: higher", "better: high"), ("pairs: 16}", "pairs: 1001}"), ("pairs: 16}", "pair: 16}"),
      ("[x, y, scale, orientation]", "[x, z]"), ("representation: truth", "representation: nothing"),
      ("hidden: {quick: 256, desk: 1200, paper: 1200}", "hidden: {quick: 256}"),
      ("{paper4: 100}", "{paper4: high}"), ("{paper4: 100}", "{paper4: {valu: 9}}"),
      ("set: {representation.beta: 4}", "set: {beta: 4}"), ("metric: mig", "metric: higgins"),
      ("representation: truth", "representation: {kind: pca, beta: 4}"),
    ]
    let searches = [
      ("trials: {quick: 4, desk: 12, paper: 64}", "trials: 1"), ("keep: 0.5}", "keep: 1}"),
      ("after: 0.1, ", ""), ("{log-uniform: [0.1, 10]}", "{log-uniform: [0.1]}"), ("log-uniform", "normal"),
      ("{log-uniform: [0.1, 10]}", "{log-uniform: [0.1, 10], one-of: [1, 2]}"),
      ("representation.beta: {log", "beta: {log"), ("held-out", "held-outs"), ("[adagrad, adam]}", "[adam]}"),
    ]
    let texts =
      changes.map { sound.with($0.0, $0.1) } + searches.map { SearchTests.searched.with($0.0, $0.1) }
    for text in texts { #expect(throws: ManifestError.self) { try parse(text) } }
    #expect(try accepted(texts) == texts.map { _ in false })
  }
}

extension Node {
  /// The value as JSON, scalars by the YAML 1.2 core schema.
  fileprivate var json: JSON {
    switch content {
    case .list(let nodes): .array(nodes.map(\.json))
    case .mapping(let entries):
      .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { $1 }))
    case .scalar(let scalar):
      switch scalar.value {
      case .null: .null
      case .bool(let flag): .bool(flag)
      case .int(let number): .int(number)
      case .number(let number): .number(number)
      case .oversized, .text: .string(scalar.text)
      }
    }
  }
}

/// The interpreter named by `PYTHON`, or `python3`.
private enum Python {
  static let hasJSONSchema = (try? run("import jsonschema; print('yes')", input: "")) == "yes\n"

  static func run(_ script: String, input: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["PYTHON"] ?? "python3", "-c", script]
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    // The script prints nothing before it has read everything, so neither pipe can block the other.
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ManifestError(
        path: "python3",
        diagnostics: [
          Diagnostic(file: "python3", message: "the script ended with \(process.terminationStatus)")
        ])
    }
    return String(decoding: output, as: UTF8.self)
  }
}
