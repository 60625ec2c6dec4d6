import Files
import Foundation
import Manifest
import Results

/// A small table made from formulas: nothing in it is random, so every rendering of it can be pinned.
enum SampleResults {
  static let rowIDs = [
    "ground-truth", "pca", "dc-ign", "infogan", "vae", "beta-vae", "constant", "beta-vae-8",
  ]
  static let levels = [
    "ground-truth": 100, "pca": 84.6, "dc-ign": 97.2, "infogan": 69.5, "vae": 84.0, "beta-vae": 92.5,
  ]

  static func experiment(profile: String = "desk", repeats: Int = 3) -> Experiment {
    func pairs(_ count: Int) -> Configured { Configured(kind: "higgins", parameters: ["pairs": .int(count)]) }
    let sweep = [1, 4, 16, 64].map { count in
      Column(
        id: "pairs-\(count)", label: "L = \(count)", unit: "%", better: .higher, metric: pairs(count),
        section: "Score against L")
    }
    let desk = profile == "paper" ? [] : ["3 seeds with 3 classifiers each instead of 10 with 3"]
    return Experiment(
      table: "dsprites", title: "Disentanglement metric score on 2D shapes",
      source: Source(paper: "Higgins et al. 2017, beta-VAE, ICLR", place: "Fig. 6 left"), profile: profile,
      dataset: Configured(kind: "dsprites", parameters: ["pool": 100_000]), repeats: repeats, seed: 7,
      columns: [
        Column(
          id: "score", label: "Score, 4 factors, L = 16", unit: "%", better: .higher, metric: pairs(16),
          aggregate: .topHalf, decimals: 2)
      ] + sweep + [
        Column(
          id: "mig", label: "MIG", better: .higher, metric: Configured(kind: "mig"), decimals: 3,
          section: "Other disentanglement scores"),
        Column(
          id: "sap", label: "SAP", better: .higher, metric: Configured(kind: "sap"), decimals: 3,
          section: "Other disentanglement scores"),
      ],
      rows: rows(profile: profile),
      expectations: [
        Expectation(left: "beta-vae", relation: .greater, right: "vae", column: "score"),
        Expectation(left: "vae", relation: .greater, right: "dc-ign", column: "score"),
        Expectation(left: "pca", relation: .equal, right: "vae", column: "score"),
      ],
      deviations: desk)
  }

  private static func rows(profile: String) -> [Row] {
    func row(
      _ id: String, _ label: String, _ group: RowGroup = .published, _ claim: Claim? = nil,
      _ deviations: [String] = []
    ) -> Row {
      Row(
        id: id, label: label, group: group, published: claim.map { ["score": $0] } ?? [:],
        representation: Configured(kind: "sample"), deviations: profile == "paper" ? [] : deviations)
    }
    let updates = "4,000 updates"
    return [
      row("ground-truth", "Ground truth", .published, Claim(value: 100)),
      row("pca", "PCA", .published, Claim(value: 84.9, spread: 0.4)),
      row(
        "dc-ign", "DC-IGN", .published, Claim(value: 99.3, spread: 0.1, doubts: ["supervised"]),
        ["1,500 updates"]),
      row("infogan", "InfoGAN", .published, Claim(value: 73.5, spread: 0.9), ["2,000 updates"]),
      row("vae", "VAE", .published, Claim(value: 61.58, spread: 0.5), [updates]),
      row("beta-vae", "beta-VAE", .published, Claim(value: 99.23, spread: 0.1), [updates]),
      row("constant", "Constant", .control),
      row("beta-vae-8", "beta-VAE, beta = 8", .ablation, nil, [updates]),
    ]
  }

  static func results(profile: String = "desk", repeats: Int = 3) -> TableResults {
    let experiment = experiment(profile: profile, repeats: repeats)
    var results = TableResults(experiment: experiment)
    for (rowIndex, row) in experiment.rows.enumerated() {
      for (columnIndex, column) in experiment.columns.enumerated() {
        // One cell is left out: the report says so.
        if row.id == "infogan", column.id == "sap" { continue }
        let cell = (0..<repeats).map { repetition in
          value(row.id, column, spot: rowIndex * 31 + columnIndex * 7 + repetition * 3)
        }
        results.cells.append(
          Cell(
            row: row.id, column: column.id, statistic: column.id == "score" ? "accuracy" : nil,
            repeats: cell.enumerated().map { repetition, values in
              Cell.Repeat(
                repetition: repetition, values: values,
                details: column.id == "mig" ? ["mig.x": values[0] / 2] : [:],
                outcomes: column.id == "score" ? items(spot: rowIndex + repetition) : nil,
                step: String(repeating: "\((rowIndex + repetition) % 10)", count: 64))
            }))
      }
    }
    results.curves = curves(experiment)
    results.provenance = ["dataset": "rendered", "step train": "version 1"]
    return results
  }

  /// A wave between -1 and 1 that no two spots share.
  private static func wave(_ spot: Int) -> Double { sin(Double(spot) * 2.399963) }

  private static func value(_ row: String, _ column: Column, spot: Int) -> [Double] {
    let level = levels[row] ?? (row == "constant" ? 25 : 90)
    let spread = row == "ground-truth" ? 0 : row == "constant" ? 0.6 : 1.8
    if column.id == "score" {
      return (0..<3).map { level + spread * wave(spot) + 0.2 * spread * wave(spot + 100 + $0) }
    }
    if let pairs = column.metric.parameters["pairs"]?.int {
      let share = 1 - exp(-Double(pairs) / 9)
      return [25 + (level - 25) * (0.25 + 0.75 * share) + spread * wave(spot)]
    }
    return [(level - 20) / 400 + 0.01 * wave(spot)]
  }

  static func items(spot: Int) -> Outcomes {
    let actual = (0..<40).map { UInt8($0 % 4) }
    return .answers(
      Answers(
        classes: ["x", "y", "scale", "orientation"], actual: actual,
        predicted: (0..<3).map { restart in
          actual.enumerated().map {
            ($0.offset + spot + restart) % 5 == 0 ? ($0.element + 1) % 4 : $0.element
          }
        }))
  }

  private static func curves(_ experiment: Experiment) -> [TrainingCurve] {
    let lengths = ["dc-ign": 1500, "infogan": 2000, "vae": 4000, "beta-vae": 4000, "beta-vae-8": 4000]
    return experiment.rows.enumerated().flatMap { index, row -> [TrainingCurve] in
      guard let length = lengths[row.id] else { return [] }
      return (0..<experiment.repeats).map { repetition in
        let updates = Array(stride(from: 50, through: length, by: 50))
        var series = ["loss": updates.map { 700 * exp(-Double($0) / 500) + 60 + 4 * wave($0 + repetition) }]
        if row.id != "infogan" {
          series["reconstruction"] = updates.map {
            (650 + 10 * Double(index)) * exp(-Double($0) / 450) + 30 + 12 * Double(index) + 3
              * wave($0 + repetition)
          }
          series["kl"] = updates.map {
            (18 - 1.5 * Double(index)) * (1 - exp(-Double($0) / 600)) + 0.2 + 0.1 * wave($0 + 7)
          }
        }
        let milestones = [0, length / 32, length / 16, length / 8, length / 4, length / 2, length].map {
          update in
          TrainingCurve.Milestone(
            update: update,
            score: 0.4 + 0.07 * Double(index) * (1 - exp(-Double(update) / 700)) + 0.02
              * wave(update + 11 * repetition))
        }
        return TrainingCurve(
          row: row.id, repetition: repetition, updates: updates, series: series, milestones: milestones,
          latentKL: row.id == "infogan" ? nil : [0.1 * Double(length), 0.5])
      }
    }
  }
}
