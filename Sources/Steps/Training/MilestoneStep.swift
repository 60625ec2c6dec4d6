import Datasets
import Files
import Foundation
import LinearAlgebra
import Metrics
import Pipeline
import Results

/// The probe score of a trained model at its milestones: the metric against training length. And what each of its latents
/// tells of an image in the end.
///
/// The codes of 4,096 fixed images were kept at every milestone; pairs are drawn among those images, so the score is
/// coarser than the table's and comparable along one curve and between models of one figure.
struct MilestoneStep: StepKind {
  let name = "milestones"
  let version = 2
  let kinds: Kinds
  static let file = "curve.json"

  private struct Parameters: Decodable {
    let pairs: Int
    let trainPoints: Int
    let testPoints: Int
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let folder = context.input("model")
    let curve = try JSON.read(TrainingLog.Curve.self, at: "\(folder)/\(TrainStep.curveFile)")
    let probes = try JSON.read([TrainingLog.ProbeCodes].self, at: "\(folder)/\(TrainStep.probeFile)")
    let grid = FactorGrid.dSprites
    let indices = Probe.indices(of: grid)
    var metric = Higgins()
    metric.factors = [.x, .y, .scale, .orientation]
    metric.pairs = parameters.pairs
    metric.trainPoints = parameters.trainPoints
    metric.testPoints = parameters.testPoints
    metric.classifier = .logistic
    let milestones = try probes.map { [metric] probe in
      let codes = Matrix(
        rows: indices.count, columns: probe.dimensions, elements: probe.elements)
      let pool = try CodePool(grid: grid, indices: indices, codes: .dense(codes))
      let score = try metric.score(pool, seed: context.seed)
      return TrainingCurve.Milestone(update: probe.update, score: score.values[0])
    }
    let images = try context.images()
    let latentKL = try Probe.latentKL(of: try kinds.trained(context, images), on: images.grid)
    // Row and repeat are the collector's to fill in: equal models are one artifact for several rows.
    let result = TrainingCurve(
      row: "", repetition: 0, updates: curve.updates, series: curve.series, milestones: milestones,
      latentKL: latentKL)
    try JSON.write(result, to: "\(context.output)/\(MilestoneStep.file)")
  }
}
