import Datasets
import Files
import Manifest
import Pipeline
import Randomness

/// Tables that score representations of images with known factors (Higgins et al. 2017).
struct DisentanglementFamily: TableFamily {
  let words = Vocabulary.Family(
    datasets: [DSpritesSet().kind], representations: codePlanners.map(\.kind), metrics: disentanglementMetrics
  )

  let steps: [any StepKind] = [
    DatasetStep(), PCAStep(), FeaturesStep(), ScoreStep(), MilestoneStep(), TraversalStep(),
  ]

  func plan(_ experiment: Experiment, sources: DataSources) -> Plan {
    var plan = Plan()
    let set = DSpritesSet()
    let dataset = set.add(set.splits[0], sources, to: &plan)
    return experiment.planned(from: plan, data: ["data": dataset], sources: sources) { builder in
      let codes = codePlanner(builder.row.representation.kind).plan(
        builder.row.representation, in: &builder)
      builder.addScores(codes)
      builder.addPictures(codes)
    }
  }

  private func codePlanner(_ kind: String) -> any CodePlanner {
    guard let planner = codePlanners.first(where: { $0.kind.name == kind }) else {
      preconditionFailure("the manifest was validated, yet its representation '\(kind)' is unknown")
    }
    return planner
  }
}

/// How a row's codes are obtained: the steps that lead from the data set to them.
protocol CodePlanner: Sendable {
  /// Name and parameters, as a manifest gives them.
  var kind: Kind { get }
  /// Adds the steps for one repeat and returns what scores and figures read.
  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes
}

/// Identities of the steps of one representation and repeat.
struct PlannedCodes {
  var features: String
  /// The trained model, where there is one.
  var model: String?
}

private let codePlanners: [any CodePlanner] = [
  GroundTruthPlanner(), RawPixelsPlanner(), PCAPlanner(), ICAPlanner(), VAEPlanner(), DCIGNPlanner(),
  InfoGANPlanner(), ConstantPlanner(), NoisePlanner(),
]

extension PlanBuilder {
  /// The pool that metric points are drawn from: the same for every row and repeat.
  var pool: JSON {
    [
      "images": experiment.dataset.parameters["pool"] ?? 0,
      "seed": .string(String(Seed.derive(root: experiment.seed, path: "pool"))),
    ]
  }

  mutating func addScores(_ codes: PlannedCodes) {
    for column in experiment.columns {
      var parameters = column.metric.parameters
      // Which of a metric's numbers a column shows does not change the measurement.
      parameters["report"] = nil
      let metric = Configured(kind: column.metric.kind, parameters: parameters)
      let score = add(
        ScoreStep(), metric.json, inputs: data.merging(["features": codes.features]) { $1 },
        seed: seed("score"), label: "score \(label): \(column.id)", needs: ScoreStep.needs(metric))
      addTarget(.score, column.id, score)
    }
  }

  mutating func addPictures(_ codes: PlannedCodes) {
    guard let model = codes.model else { return }
    let milestones = add(
      MilestoneStep(), ["pairs": 16, "train-points": 2000, "test-points": 2000], inputs: ["model": model],
      seed: seed("score"), label: "learning curve of \(label)", needs: Needs(seconds: 5))
    addTarget(.model, "curve", milestones)
    guard repetition == 0 else { return }
    let picture = add(
      TraversalStep(), ["steps": 9], inputs: data.merging(["model": model]) { $1 }, seed: seed("figure"),
      label: "traversals of \(row.id)", needs: Needs(memory: 1 << 30, seconds: 5, device: true))
    addTarget(.figure, "traversal-\(row.id).png", picture)
  }
}
