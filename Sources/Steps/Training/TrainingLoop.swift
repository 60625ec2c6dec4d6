import Models
import Pipeline

/// Updates a model, with checkpoints from which an interrupted run continues, and saves its weights.
struct TrainingLoop {
  let model: any Trainable
  /// Updates of the whole training, whose curve is recorded at places that follow from this number.
  let length: Int
  let context: StepContext

  /// - Parameters:
  ///   - end: the update at which to stop, the last one by default.
  ///   - start: what an earlier part of this training has left; the model is that far already.
  ///   - observe: called before the first update and after every one.
  func run(
    until end: Int? = nil, after start: TrainingLog? = nil,
    observe: (inout TrainingLog) throws -> Void = { _ in }
  ) throws -> TrainingLog {
    let end = end ?? length
    var log = start ?? TrainingLog(milestones: Milestones.updates(of: length))
    let checkpoints = Checkpoints(folder: context.checkpoint, warn: context.warn)
    if let resumed = try checkpoints.restoreLatest(into: model) { log = resumed }
    let logEvery = max(1, length / 400)
    var lastCheckpoint = ContinuousClock.now

    try observe(&log)
    while model.updates < end {
      let scalars = try model.update()
      if model.updates % logEvery == 0 || model.updates == length { try log.append(model.updates, scalars) }
      try observe(&log)
      context.progress(
        Double(model.updates) / Double(end), "update \(model.updates) of \(end)")
      if context.shouldStop {
        try checkpoints.save(model, log)
        throw Interrupted()
      }
      if ContinuousClock.now - lastCheckpoint > Checkpoints.interval {
        try checkpoints.save(model, log)
        lastCheckpoint = .now
      }
    }
    try model.saveWeights(to: "\(context.output)/\(TrainStep.weights)")
    return log
  }
}
