import Files
import LinearAlgebra
import Models
import Pipeline
import Torch

/// Updates a model, with checkpoints from which an interrupted run continues, and saves its weights.
struct TrainingLoop {
  private let training: Training
  private let context: StepContext

  init(_ training: Training, _ context: StepContext) {
    (self.training, self.context) = (training, context)
  }

  /// - Parameters:
  ///   - end: the update at which to stop, the last one by default.
  ///   - start: what an earlier part of this training has left; the model is that far already.
  func run(until end: Int? = nil, after start: TrainingLog? = nil) throws -> TrainingLog {
    let (model, length, observe) = (training.model, training.length, training.observe)
    let end = end ?? length
    var log = start ?? TrainingLog(milestones: Milestones.updates(of: length))
    let checkpoints = Checkpoints(folder: context.checkpoint, warn: context.warn)
    if let resumed = try checkpoints.restoreLatest(into: model) { log = resumed }
    // Places of the curve follow from the whole length, wherever this part of it ends.
    let logEvery = max(1, length / training.points)
    // Training repeats at most this much after a crash.
    let interval = try UserEnvironment().checkpointInterval()
    var lastCheckpoint = ContinuousClock.now
    if training.precision == .bfloat16, context.device == Device.cpu.rawValue,
      !ComputeEnvironment.multipliesBFloat16
    {
      context.warn(
        "this processor has no instructions for products of bf16: they are slower than those of float32 here")
    }

    try observe(&log)
    while model.updates < end {
      let scalars = try training.precision { try model.update() }
      if model.updates % logEvery == 0 || model.updates == length {
        try log.append(model.updates, scalars.merging(try training.measure()) { $1 })
      }
      try observe(&log)
      context.progress(
        Double(model.updates) / Double(end), "update \(model.updates) of \(end)")
      if context.shouldStop {
        try checkpoints.save(model, log)
        throw Interrupted()
      }
      if ContinuousClock.now - lastCheckpoint > interval {
        try checkpoints.save(model, log)
        lastCheckpoint = .now
      }
    }
    try model.saveWeights(to: "\(context.output)/\(TrainStep.weights)")
    return log
  }
}
