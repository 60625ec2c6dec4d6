import CTorch

/// Adam with bias correction (Kingma and Ba 2015, algorithm 1), or AdamW (Loshchilov and Hutter 2019, algorithm 2).
public final class Adam: Optimiser {
  public let parameters: [NamedTensor]
  public var updates = 0
  public var learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let weightDecay: Double
  /// Whether the decay shrinks the parameters beside the gradient, by the learning rate times `weightDecay` (AdamW),
  /// instead of being added to it (L2).
  public let isDecayDecoupled: Bool
  public let epsilon: Double
  public var state: [NamedTensor] { meanState + squareState }
  private let meanState: [NamedTensor]
  private let squareState: [NamedTensor]
  private let moved: [Tensor]
  private let means: [Tensor]
  private let squares: [Tensor]

  public init(
    _ parameters: [NamedTensor], learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    weightDecay: Double = 0, isDecayDecoupled: Bool = false, epsilon: Double = 1e-8
  ) throws {
    self.parameters = parameters
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.isDecayDecoupled = isDecayDecoupled
    self.epsilon = epsilon
    meanState = try stateTensors("mean", startingAt: 0, for: parameters)
    squareState = try stateTensors("mean_of_squares", startingAt: 0, for: parameters)
    moved = parameters.map(\.tensor)
    means = meanState.map(\.tensor)
    squares = squareState.map(\.tensor)
  }

  public func update() throws {
    updates += 1
    try withHandles(moved) { moved, count in
      try withHandles(means) { means, _ in
        try withHandles(squares) { squares, _ in
          try check(
            torch.adam_update(
              moved, means, squares, count, Int64(updates), learningRate, beta1, beta2, weightDecay,
              isDecayDecoupled ? 1 : 0, epsilon),
            "Adam")
        }
      }
      try check(torch.clear_gradients(moved, count), "clearing gradients")
    }
  }
}
