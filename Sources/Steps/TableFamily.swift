import Manifest
import Pipeline

/// Tables of one sort: the data sets, representations and metrics that go together, and the steps they become.
protocol TableFamily: Sendable {
  /// What manifests of this family may name.
  var words: Vocabulary.Family { get }
  /// The kinds of steps that only this family plans.
  var steps: [any StepKind] { get }
  /// Every step of the experiment. Pure: looks at no data.
  func plan(_ experiment: Experiment, sources: DataSources) -> Plan
}

private let families: [any TableFamily] = [DisentanglementFamily(), ClassificationFamily()]

/// The words that manifests of this build may use.
public let vocabulary = Vocabulary(families: families.map(\.words))

/// The steps that this build can run.
public let registry = Registry(
  [TrainStep(), TrialStep(), RankStep(), WinnerStep()] + families.flatMap(\.steps))

/// Turns an experiment into a plan. Pure: looks at no data and trains nothing.
public struct Planner: Sendable {
  let sources: DataSources

  public init(sources: DataSources) {
    self.sources = sources
  }

  public func plan(_ experiment: Experiment) -> Plan {
    let kind = experiment.dataset.kind
    guard let family = families.first(where: { $0.words.datasets.contains { $0.name == kind } }) else {
      preconditionFailure("the manifest was validated, yet its data set '\(kind)' is unknown")
    }
    return family.plan(experiment, sources: sources)
  }
}
