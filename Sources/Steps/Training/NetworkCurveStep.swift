import Files
import Pipeline
import Results

/// The training curve of a network, for the report.
struct NetworkCurveStep: StepKind {
  let name = "network-curve"
  let version = 1

  func run(_ context: StepContext) throws {
    let curve = try JSON.read(
      TrainingLog.Curve.self, at: "\(context.input("model"))/\(TrainStep.curveFile)")
    // Row and repeat are the collector's to fill in: equal models are one artifact for several rows.
    let result = TrainingCurve(
      row: "", repetition: 0, updates: curve.updates, series: curve.series, milestones: [])
    try JSON.write(result, to: "\(context.output)/\(MilestoneStep.file)")
  }
}

extension PlanBuilder {
  /// Adds the learning curve of a network. Of the trainings that columns of other labels ask for a row shows the first.
  mutating func addCurve(of model: String) {
    guard !hasTarget(.model, "curve") else { return }
    let curve = add(
      NetworkCurveStep(), [:], inputs: ["model": model], label: "learning curve of \(label)",
      needs: Needs(seconds: 0.1))
    addTarget(.model, "curve", curve)
  }
}
