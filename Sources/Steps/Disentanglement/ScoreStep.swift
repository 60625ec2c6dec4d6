import Datasets
import Files
import Foundation
import Manifest
import Metrics
import Pipeline
import Randomness
import Results

/// One metric on one representation and repeat.
///
/// A representation with several views (ICA's three fits) is scored on each, and the value is the mean.
struct ScoreStep: StepKind {
  let name = "score"
  let version = 1
  static let file = "score.json"

  static func needs(_ metric: Configured) -> Needs {
    switch metric.kind {
    case "dci": Needs(memory: 1 << 29, seconds: 5)
    default: Needs(memory: 1 << 30, seconds: 1)
    }
  }

  func run(_ context: StepContext) throws {
    let codes = try PooledCodes(file: "\(context.input("features"))/\(PooledCodes.file)")
    let images = try context.images()
    var outputs: [ScoreOutput] = []
    for (index, view) in codes.views.enumerated() {
      context.progress(Double(index) / Double(codes.views.count), "")
      outputs.append(
        try Scoring.score(
          context.step.parameters, pool: try view.codePool(of: images), seed: context.seed))
    }
    let score = ScoreOutput.mean(of: outputs)
    try DurableFile.write(try JSON(encoding: score).canonical, to: "\(context.output)/\(ScoreStep.file)")
  }
}

extension ScoreOutput {
  /// The mean over views, restart by restart; items of all views one after another.
  static func mean(of outputs: [ScoreOutput]) -> ScoreOutput {
    guard outputs.count > 1, let first = outputs.first else { return outputs[0] }
    let count = Double(outputs.count)
    var mean = first
    mean.values = first.values.indices.map { index in outputs.map { $0.values[index] }.reduce(0, +) / count }
    mean.details = [:]
    for name in first.details.keys {
      mean.details[name] = outputs.compactMap { $0.details[name] }.reduce(0, +) / count
    }
    for (index, output) in outputs.enumerated() {
      mean.details["view-\(index)"] = output.values.reduce(0, +) / Double(output.values.count)
    }
    mean.items = first.items.map { items in
      Items(
        classes: items.classes, actual: outputs.flatMap { $0.items?.actual ?? [] },
        predicted: items.predicted.indices.map { restart in
          outputs.flatMap { $0.items?.predicted[restart] ?? [] }
        })
    }
    return mean
  }
}
