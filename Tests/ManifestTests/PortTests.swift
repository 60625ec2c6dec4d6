import Files
import Manifest
import Testing

/// What rows leave, what columns take, and what answers in between.
@Suite struct PortTests {
  private static let vocabulary = Vocabulary(
    datasets: [
      Kind(
        "photos", "Photographs",
        fields: [Field("held-out", .integer(0...99), default: 0, "Images held out.")],
        gives: [.labelledImages],
        splits: [Kind.SplitName("test"), Kind.SplitName("validation", field: "held-out")])
    ],
    representations: [
      Kind(
        "pixels", "Features", fields: [Field("side", .integer(1...9), default: 1, "Pixels.")],
        takes: .labelledImages, gives: [.features]),
      Kind("images", "The images themselves", takes: .labelledImages, gives: [.labelledImages]),
    ],
    classifiers: [
      Kind("svm", "Of features", takes: .features, gives: [.answers]),
      Kind("cnn", "Of images", takes: .labelledImages, gives: [.answers]),
    ],
    metrics: [
      Kind("accuracy", "Right answers", takes: .answers),
      Kind("units", "How many features", takes: .features),
    ])

  /// "line: message", columns from line 6 on and rows after a further line.
  private func problems(_ columns: [String], _ rows: [String], dataset: String = "photos") -> [String] {
    let text = """
      table: t
      title: T
      source: {paper: P, place: Table 1}
      dataset: \(dataset)
      columns:
      \(columns.map { "  - {\($0)}" }.joined(separator: "\n"))
      rows:
      \(rows.map { "  - {\($0)}" }.joined(separator: "\n"))

      """
    do {
      return try ManifestFile.parse(text: text, path: "t.yaml", vocabulary: Self.vocabulary).warnings.map {
        "\($0.line): \($0.message)"
      }
    } catch {
      return (error as? ManifestError)?.diagnostics.map { "\($0.line): \($0.message)" } ?? ["\(error)"]
    }
  }

  private let accuracy = "id: accuracy, label: Accuracy, metric: accuracy, classifier: svm"
  private let units = "id: units, label: Units, metric: units"
  private let pixels = "id: k, label: K, representation: pixels"
  private let net = "id: net, label: Net, representation: images, classifier: cnn"

  @Test func aColumnAsksNothingOfRowsThatItLeavesOut() {
    #expect(problems([accuracy, units + ", rows: [k]"], [pixels, net]) == [])
    #expect(
      problems([accuracy, units], [pixels, net]) == [
        "10: the metric `units` takes features, and the row `net` leaves answers by its classifier `cnn`"
      ])
  }

  @Test func aSplitIsAskedOfRowsThatAreMeasuredOnIt() {
    let held = "id: held, label: Held, metric: accuracy, classifier: svm, split: validation"
    let tested = pixels + ", split: test"
    #expect(problems([accuracy, held + ", rows: [k]"], [tested, net]) == [])
    let refusal = "nothing is held out as the split `validation`, because `held-out` is 0"
    #expect(problems([accuracy, held], [tested, net]) == ["7: \(refusal)"])
    #expect(problems([accuracy], [pixels + ", split: {paper: validation}"]) == ["8: \(refusal)"])
    #expect(
      problems([accuracy], [pixels + ", split: {paper: validation}"], dataset: "{kind: photos, held-out: 9}")
        == [])
  }

  @Test func whatIsForClassifiersIsRefusedWhereNoneAnswers() {
    let column = "`units` takes what the rows leave without one"
    #expect(
      problems([units + ", labels-per-class: 4, draws: {paper: 2}, classifier: svm"], [pixels]) == [
        "6: `labels-per-class` is for classifiers, and \(column)",
        "6: `draws` is for classifiers, and \(column)", "6: `classifier` is for classifiers, and \(column)",
      ])
    let row = "every column of this row takes what it leaves without one"
    let other = "id: other, label: Other, representation: pixels, draws: 3"
    #expect(
      problems([accuracy + ", rows: [other]", units], [pixels + ", draws: 3", other]) == [
        "9: `draws` is for classifiers, and \(row)"
      ])
    #expect(
      problems([units], [pixels + ", draws: 3, classifier: svm"]) == [
        "8: `draws` is for classifiers, and \(row)", "8: `classifier` is for classifiers, and \(row)",
      ])
    #expect(problems([accuracy + ", draws: 2, labels-per-class: 4", units], [pixels + ", draws: 3"]) == [])
  }

  /// A value may be there for a row that inherits it, and one of a matrix for the others.
  @Test func whatAnotherRowReadsIsNotRefused() {
    let base = pixels + ", draws: 3, classifier: svm"
    #expect(
      problems([accuracy + ", rows: [heir]", units], [base, "id: heir, label: Heir, extends: k"]) == [])
    let matrix =
      "id: k, label: \"K {representation.side}\", representation: pixels, draws: 3, "
      + "matrix: {representation.side: [1, 2]}"
    #expect(problems([accuracy + ", rows: [k-1]", units], [matrix]) == [])
    #expect(
      problems([units], [matrix]) == [
        "8: `draws` is for classifiers, and every column of this row takes what it leaves without one"
      ])
  }
}
