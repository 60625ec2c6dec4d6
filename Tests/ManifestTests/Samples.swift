import Files
import Foundation
import Testing

@testable import Manifest

/// A small vocabulary with every type of field.
let vocabulary = Vocabulary(
  datasets: [
    Kind("dsprites", "2D shapes", fields: [Field("size", .integer(16...64), default: 64, "Side in pixels.")])
  ],
  representations: [
    Kind("truth", "The factors themselves"),
    Kind(
      "pca", "Principal components",
      fields: [
        Field("components", .integer(1...4096), default: 10, "How many."),
        Field("whiten", .boolean, default: true, "Unit variance."),
      ],
      rules: [
        Kind.Rule("whiten") { values in
          values["components"] == 4096 && values["whiten"] == true ? "so many cannot be whitened" : nil
        }
      ]),
    Kind(
      "vae", "Variational auto-encoder",
      fields: [
        Field("beta", .number(0...1000), default: 1, "Weight of the KL term."),
        Field("hidden", .integer(1...8192), "Units of a hidden layer."),
        Field("updates", .integer(0...10_000_000), default: 1000, "Training length."),
        Field("name", .text, default: .null, "A remark."),
        Field("layers", .list(.integer(1...8192), count: 0...4), default: [], "Further layers."),
        Field(
          "optimiser",
          .object([
            Field("method", .choice(["adagrad", "adam"]), default: "adagrad", "Update rule."),
            Field("rate", .number(0...1), default: 0.01, "Step size."),
          ]), "How it is trained."),
      ],
      search: Kind.Search(
        fields: ["beta", "hidden", "layers", "optimiser"], length: "updates",
        validation: [Field("held-out", .integer(1...1000), default: 100, "Images held out.")])),
  ],
  metrics: [
    Kind(
      "higgins", "Held-factor score",
      fields: [
        Field(
          "factors", .list(.choice(["shape", "scale", "orientation", "x", "y"])),
          default: ["x", "y", "scale", "orientation"], "Scored factors."),
        Field("pairs", .integer(1...1000), "Pairs in a batch (L)."),
        Field("test-points", .integer(1...100_000), default: 5000, "Scored batches."),
      ], testItems: "test-points"),
    Kind("mig", "Mutual information gap"),
  ])

/// A sound manifest; tests replace parts of it.
let sound = """
  table: dsprites
  title: Disentanglement metric score on 2D shapes
  source: {paper: "Higgins et al. 2017", place: "Fig. 6 left"}
  dataset: {kind: dsprites}
  repeats: {quick: 3, desk: 3, paper: 10}
  deviations:
    - L is not published
    - {quick: "short training"}
  columns:
    - {id: paper4, label: "Score, L = 16", unit: "%", better: higher, decimals: 2, aggregate: top-half,
       metric: {kind: higgins, factors: [x, y, scale, orientation], pairs: 16}}
    - {id: mig, label: MIG, metric: mig, section: Other scores}
  rows:
    - id: vae
      label: VAE
      published: {paper4: {value: 61.58, spread: 0.5, spread-kind: unstated}}
      representation: {kind: vae, beta: 1, hidden: {quick: 256, desk: 1200, paper: 1200}, updates: {quick: 600, desk: 4000}}
      deviations: [batch size is not published, {desk: "shorter", quick: "much shorter"}]
    - id: beta-vae
      extends: vae
      label: beta-VAE
      published: {paper4: {value: 99.23, spread: 0.1, spread-kind: sd, count: 15, doubts: ["top half only"]}}
      set: {representation.beta: 4}
    - id: beta-vae-2
      extends: beta-vae
      group: ablation
      label: "… beta = 2"
      published: {}
      set: {representation.beta: 2, representation.optimiser.rate: 0.1}
    - id: sweep
      extends: vae
      matrix: {representation.beta: [1, 2.5], representation.hidden: [256, 1200]}
      label: "beta = {representation.beta}, {representation.hidden} units"
    - id: truth
      label: Ground truth
      published: {paper4: 100}
      representation: truth
  expect:
    - beta-vae > vae on paper4

  """

func parse(_ text: String, path: String = "Experiments/dsprites.yaml") throws -> ManifestFile {
  try ManifestFile.parse(text: text, path: path, vocabulary: vocabulary)
}

/// The problems of a manifest, "line:column: severity: message" with the suggestion after a bar.
func problems(_ text: String, path: String = "Experiments/dsprites.yaml") -> [String] {
  func line(_ diagnostic: Diagnostic) -> String {
    let place = "\(diagnostic.line):\(diagnostic.column): \(diagnostic.severity): \(diagnostic.message)"
    return diagnostic.suggestion.map { "\(place) | \($0)" } ?? place
  }
  do {
    return try parse(text, path: path).warnings.map(line)
  } catch let error as ManifestError {
    return error.diagnostics.map(line)
  } catch {
    return ["\(error)"]
  }
}

extension String {
  /// This text with one part, which must be there once, replaced.
  func with(_ part: String, _ replacement: String) -> String {
    precondition(components(separatedBy: part).count == 2, "`\(part)` must occur once in the sample")
    return replacingOccurrences(of: part, with: replacement)
  }
}

/// One part of a sound manifest is replaced; these problems, and no others, are found.
struct Case: Sendable, CustomTestStringConvertible {
  let part: String
  let replacement: String
  let problems: [String]
  var testDescription: String { replacement }

  init(_ part: String, _ replacement: String, _ problems: String...) {
    self.part = part
    self.replacement = replacement
    self.problems = problems
  }
}
