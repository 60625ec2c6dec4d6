import Randomness
import Torch

/// What a model's files are made of. The names stand in the files.
public struct TrainingState {
  /// What a file of weights holds.
  let weights: [NamedTensor]
  /// What a checkpoint holds beside the state of optimisers.
  let contents: [NamedTensor]
  let optimisers: [String: any Optimiser]
  let generators: [String: Generator]
  let streams: [String: RandomStream]

  /// - Parameter contents: the weights, where a run needs no other tensors to go on.
  init(
    weights: [NamedTensor], contents: [NamedTensor]? = nil, optimisers: [String: any Optimiser],
    generators: [String: Generator] = [:], streams: [String: RandomStream]
  ) {
    self.weights = weights
    self.contents = contents ?? weights
    self.optimisers = optimisers
    self.generators = generators
    self.streams = streams
  }
}

/// A model whose files follow from its state.
public protocol Restorable: Trainable {
  var state: TrainingState { get }
  /// Takes up what is no tensor, optimiser or generator, the random streams above all, where a checkpoint has left it.
  func resume(from checkpoint: Checkpoint) throws
}

extension Restorable {
  public func saveCheckpoint(to path: String) throws { try Checkpoint.write(state, to: path) }

  public func restoreCheckpoint(from path: String) throws {
    try resume(from: Checkpoint(path: path, restoring: state))
  }

  public func saveWeights(to path: String) throws {
    try Safetensors.write(tensors: state.weights, to: path)
  }

  public func restoreWeights(from path: String) throws {
    try SafetensorsFile(path: path).load(into: state.weights)
  }
}
