import Files
import Manifest
import Pipeline
import Results

/// One metric of what a row and repeat have left.
struct ScoreStep: StepKind {
  let name = "score"
  let version = 1
  let kinds: Kinds

  func run(_ context: StepContext) throws {
    let parameters = context.step.parameters
    let name = parameters["kind"]?.string
    if let statistic = OutcomeStatistic.named(name) {
      let fit = try FitOutput(folder: context.input("outcomes"))
      return try ScoreOutput(values: statistic.values(fit.outcomes), details: fit.details)
        .save(in: context.output)
    }
    try kinds.statistic(name).init(parameters).score(context).save(in: context.output)
  }
}

extension ScoreOutput {
  func save(in folder: String) throws { try JSON.write(self, to: "\(folder)/\(ScoreOutput.file)") }

  init(folder: String) throws { self = try JSON.read(Self.self, at: "\(folder)/\(ScoreOutput.file)") }

  /// The mean over views, restart by restart; items of all views one after another. Nil of nothing.
  static func mean(of outputs: [ScoreOutput]) -> ScoreOutput? {
    guard outputs.count > 1, let first = outputs.first else { return outputs.first }
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
      Answers(
        classes: items.classes, actual: outputs.flatMap { $0.items?.actual ?? [] },
        predicted: items.predicted.indices.map { restart in
          outputs.flatMap { $0.items?.predicted[restart] ?? [] }
        })
    }
    return mean
  }
}
