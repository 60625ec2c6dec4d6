import Files
import Pipeline
import Results

/// The training curve of a network, for the report.
struct NetworkCurveStep: StepKind {
  let name = "network-curve"
  let version = 1

  func run(_ context: StepContext) throws {
    let bytes = try POSIXFileSystem().contents(of: "\(context.input("model"))/\(TrainStep.curveFile)")
    let curve = try JSON(parsing: bytes).decode(TrainingLog.Curve.self)
    // Row and repeat are the collector's to fill in: equal models are one artifact for several rows.
    let result = TrainingCurve(
      row: "", repetition: 0, updates: curve.updates, series: curve.series, milestones: [])
    try DurableFile.write(
      try JSON(encoding: result).canonical, to: "\(context.output)/\(MilestoneStep.file)")
  }
}
