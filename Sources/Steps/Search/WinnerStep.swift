import Files
import Pipeline
import Results

/// Hands on the model of the trial that validation has put first, as a `train` step would have left it, and keeps what
/// all the others were. Whoever reads its artifact does not know of the search.
struct WinnerStep: StepKind {
  let name = "winner"
  let version = 1

  static let file = "search.json"

  private struct Parameters: Decodable {
    /// What was drawn, for each trial.
    let values: [[String: JSON]]
    let shares: [Double]
  }

  func run(_ context: StepContext) throws {
    // Not by way of `parameters(as:)`: the names among the values are not Swift's.
    let parameters = try context.step.parameters.decode(Parameters.self)
    let rankings = try parameters.shares.indices.map {
      try Ranking(folder: context.input(SearchRole.ranking($0)))
    }
    guard let last = rankings.last, let best = last.entries.first else {
      throw StepsError(.corruptInput, "a search without trials has no winner")
    }
    let folder = context.input(SearchRole.model(best.position))
    if best.value == nil {
      let reason =
        try TrialStep.divergence(in: folder)?.split(separator: ";").first ?? "its features"
        + " could not be classified"
      throw StepsError(
        .failed,
        "none of the \(parameters.values.count) trials has a model to choose; the first: \(reason); "
          + "search over smaller learning rates")
    }
    let configuration = try TrainStep.model(in: folder) { $0 }
    try TrainStep.save(model: configuration, in: context.output)
    for name in [TrainStep.weights, TrainStep.curveFile] {
      try DurableFile.write(
        try POSIXFileSystem().contents(of: "\(folder)/\(name)"), to: "\(context.output)/\(name)")
    }
    let outcome = SearchOutcome(
      // Row and repeat are the collector's to fill in.
      row: "", repetition: 0, criterion: last.criterion, shares: parameters.shares,
      trials: parameters.values.enumerated().map { trial, values in
        SearchOutcome.Trial(values: values, scores: Self.scores(of: trial, in: rankings))
      },
      winner: best.trial, configuration: configuration.object ?? [:])
    try JSON.write(outcome, to: "\(context.output)/\(Self.file)")
  }

  private static func scores(of trial: Int, in rankings: [Ranking]) -> [Double?] {
    rankings.compactMap { ranking in ranking.entries.first { $0.trial == trial } }.map(\.value)
  }
}
