import Datasets
import Files
import Foundation
import Manifest
import Models
import Pipeline
import Results

/// The class IoU and the collapse ratio of a model at milestones of its training, from what it had made of a few test scenes then.
struct TranslationCurveStep: StepKind {
  let name = "translation-curve"
  let version = 2
  let kinds: Kinds

  func run(_ context: StepContext) throws {
    let folder = context.input("model")
    let curve = try JSON.read(TrainingLog.Curve.self, at: "\(folder)/\(TrainStep.curveFile)")
    let path = "\(folder)/\(TrainStep.translationsFile)"
    let translations =
      try POSIXFileSystem().exists(path) ? JSON.read([TrainingLog.Translations].self, at: path) : []
    let scenes = try context.scenes(Split.test)
    guard let truth = scenes.truth else { throw StepsError(.failed, "the test scenes have no truth") }
    let side = scenes.photos.width
    let items = ProbeScenes.indices(of: scenes.count, side: side)
    let readers = try (context.step.parameters["readers"]?.array ?? []).map { try kinds.reader($0) }
    let readings = try readers.map { try $0.reading(context) }
    let milestones = try translations.map { milestone in
      var scores: [String: Double] = [:]
      var collapse: [String: Double] = [:]
      for (reader, reading) in zip(readers, readings) {
        let direction = type(of: reader).reads.rawValue
        guard let made = milestone.images.first(where: { $0.direction == direction }),
          let bytes = Data(base64Encoded: made.images), bytes.count == items.count * 3 * side * side
        else {
          throw StepsError(.corruptInput, "\(path) does not hold \(items.count) images of \(side)x\(side)")
        }
        let images = ImageStack(channels: 3, height: side, width: side, bytes: Array(bytes))
        let counts = zip(items, try reading.maps(images, Array(items.indices), truth)).map {
          $1.confusions(with: truth, of: $0)
        }
        let outcomes = Outcomes.confusions(ConfusionCounts(classes: SceneClasses.names, images: [counts]))
        scores[direction] = OutcomeStatistic.classIoU.values(outcomes)[0]
        collapse[direction] = Spread.ratio(images, type(of: reader).reads.targets(of: scenes), items: items)
      }
      return TrainingCurve.Milestone(update: milestone.update, scores: scores, collapseRatios: collapse)
    }
    // Row and repeat are the collector's to fill in: equal models are one artifact for several rows.
    let result = TrainingCurve(
      row: "", repetition: 0, updates: curve.updates, series: curve.series, milestones: milestones)
    try JSON.write(result, to: "\(context.output)/\(MilestoneStep.file)")
  }
}
