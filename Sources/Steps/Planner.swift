import Files
import Manifest
import Pipeline

/// Turns an experiment into a plan. Pure: looks at no data and trains nothing.
public struct Planner: Sendable {
  /// Where the images of the data set come from: "official" when the user has the file, else "rendered".
  let dataOrigin: String

  public init(dataOrigin: String) {
    self.dataOrigin = dataOrigin
  }

  public func plan(_ experiment: Experiment) -> Plan {
    var plan = Plan()
    let dataset = DSpritesKind.add(origin: dataOrigin, to: &plan)
    for row in experiment.rows {
      for repetition in 0..<experiment.repeats {
        var builder = PlanBuilder(
          plan: plan, experiment: experiment, row: row, repetition: repetition, dataset: dataset)
        let planner = representationPlanner(row.representation.kind)
        let representation = planner.plan(row.representation, in: &builder)
        builder.addScores(representation)
        builder.addPictures(representation)
        plan = builder.plan
      }
    }
    return plan
  }

  private func representationPlanner(_ kind: String) -> any RepresentationPlanner {
    guard let planner = representationPlanners.first(where: { $0.kind.name == kind }) else {
      preconditionFailure("the manifest was validated, yet its representation '\(kind)' is unknown")
    }
    return planner
  }
}

/// Collects the steps of one row and repeat.
struct PlanBuilder {
  var plan: Plan
  let experiment: Experiment
  let row: Row
  let repetition: Int
  /// Identity of the data set step.
  let dataset: String

  /// The pool that metric points are drawn from: the same for every row and repeat.
  var pool: JSON {
    [
      "images": experiment.dataset.parameters["pool"] ?? 0,
      "seed": .string(String(Seed.derive(root: experiment.seed, path: "pool"))),
    ]
  }

  /// The seed of this repeat for one purpose. It does not depend on the row: rows with equal networks start from
  /// equal weights, and every row is scored on the same draws, so that rows can be compared as pairs.
  func seed(_ purpose: String) -> UInt64 {
    Seed.derive(root: experiment.seed, path: "\(purpose)/\(repetition)")
  }

  var label: String { "\(row.id), repeat \(repetition + 1)" }

  mutating func add(
    _ kind: any StepKind, _ parameters: JSON, inputs: [String: String], seed: UInt64? = nil, label: String,
    needs: Needs
  ) -> String {
    plan.add(
      Step(
        kind: kind.name, version: kind.version, parameters: parameters, inputs: inputs, seed: seed,
        label: label,
        needs: needs))
  }

  mutating func addScores(_ representation: PlannedRepresentation) {
    for column in experiment.columns {
      var parameters = column.metric.parameters
      // Which of a metric's numbers a column shows does not change the measurement.
      parameters["report"] = nil
      let metric = Configured(kind: column.metric.kind, parameters: parameters)
      let score = add(
        ScoreStep(), metric.json, inputs: ["data": dataset, "features": representation.features],
        seed: seed("score"), label: "score \(label): \(column.id)", needs: ScoreStep.needs(metric))
      plan.add(
        Target(role: .score, row: row.id, name: column.id, repetition: repetition, identity: score))
    }
  }

  mutating func addPictures(_ representation: PlannedRepresentation) {
    guard let model = representation.model else { return }
    let milestones = add(
      MilestoneStep(), ["pairs": 16, "train-points": 2000, "test-points": 2000], inputs: ["model": model],
      seed: seed("score"), label: "learning curve of \(label)", needs: Needs(seconds: 5))
    plan.add(Target(role: .model, row: row.id, name: "curve", repetition: repetition, identity: milestones))
    guard repetition == 0 else { return }
    let picture = add(
      TraversalStep(), ["steps": 9], inputs: ["data": dataset, "model": model], seed: seed("figure"),
      label: "traversals of \(row.id)", needs: Needs(memory: 1 << 30, seconds: 5))
    plan.add(
      Target(
        role: .figure, row: row.id, name: "traversal-\(row.id).png", repetition: repetition, identity: picture
      ))
  }
}
