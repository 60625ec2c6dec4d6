import Datasets
import Files
import Manifest
import Metrics
import Pipeline
import Results

/// A metric that is computed of codes or features: of what a row's representation leaves.
protocol Statistic: Parameterised {
  static var takes: Port { get }
  /// What the scores of single items mean, where the score keeps what it asked and was answered.
  static var itemStatistic: OutcomeStatistic? { get }
  static var needs: Needs { get }
  func score(_ context: StepContext) throws -> ScoreOutput
}

extension Statistic {
  static var itemStatistic: OutcomeStatistic? { nil }
  static var needs: Needs { Needs(seconds: 0.1) }

  static var kind: Kind {
    Kind(
      name, summary, fields: parameters.map(\.field), takes: takes,
      testItems: itemStatistic?.isShare == true ? "test-points" : nil, rules: rules)
  }

  /// Adds the score of a column on what a representation has left, and returns its identity.
  static func plan(_ column: Column, on represented: String, in builder: inout PlanBuilder) -> String {
    // Which of a metric's numbers a column shows does not change the measurement.
    let measured = column.metric.without(.planning, of: Self.self)
    var inputs = ["features": represented]
    if takes == .codes { inputs.merge(builder.data) { $1 } }
    return builder.add(
      ScoreStep(kinds: builder.kinds), measured.identified(by: Self.self), inputs: inputs,
      seed: takes == .codes ? builder.seed("score") : nil, label: "score \(builder.label): \(column.id)",
      needs: needs)
  }
}

/// A metric of codes with known factors, one pool of codes at a time.
protocol CodeStatistic: Statistic {
  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput
}

extension CodeStatistic {
  static var takes: Port { .codes }
  static var needs: Needs { Needs(memory: 1 << 30, seconds: 1) }

  /// A representation with several views (ICA's three fits) is scored on each, and the value is the mean.
  func score(_ context: StepContext) throws -> ScoreOutput {
    let codes = try PooledCodes(file: "\(context.input("features"))/\(PooledCodes.file)")
    let images = try context.images()
    var outputs: [ScoreOutput] = []
    for (index, view) in codes.views.enumerated() {
      context.progress(Double(index) / Double(codes.views.count), "")
      outputs.append(try score(try view.codePool(of: images), seed: context.seed))
    }
    guard let mean = ScoreOutput.mean(of: outputs) else {
      throw StepsError(.corruptInput, "the codes have no view to score")
    }
    return mean
  }
}
