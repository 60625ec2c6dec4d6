import Files
import Manifest
import Pipeline

/// How a row's representation is obtained: the steps that lead from the data set to codes.
protocol RepresentationPlanner: Sendable {
  /// Name and parameters, as a manifest gives them.
  var kind: Kind { get }
  /// Adds the steps for one repeat and returns what scores and figures read.
  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedRepresentation
}

/// Identities of the steps of one representation and repeat.
struct PlannedRepresentation {
  var features: String
  /// The trained model, where there is one.
  var model: String?
}

/// Every representation that a manifest may name.
let representationPlanners: [any RepresentationPlanner] = [
  GroundTruthPlanner(), RawPixelsPlanner(), PCAPlanner(), ICAPlanner(), VAEPlanner(), DCIGNPlanner(),
  InfoGANPlanner(), ConstantPlanner(), NoisePlanner(),
]

/// The words that manifests of this build may use.
public let vocabulary = Vocabulary(
  datasets: [DSpritesKind.kind],
  representations: representationPlanners.map(\.kind),
  metrics: metricKinds)

/// The steps that this build can run.
public let registry = Registry([
  DatasetStep(), PCAStep(), TrainStep(), FeaturesStep(), ScoreStep(), MilestoneStep(), TraversalStep(),
])
