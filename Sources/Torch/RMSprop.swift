import CTorch

/// θ ← θ - rate g / (√s + epsilon), s ← decay s + (1 - decay) g² (Tieleman and Hinton 2012).
public final class RMSprop: Optimiser {
  public let parameters: [NamedTensor]
  public let state: [NamedTensor]
  public var updates = 0
  public var learningRate: Double
  public let decay: Double
  public let weightDecay: Double
  public let epsilon: Double
  private let moved: [Tensor]
  private let squares: [Tensor]

  public init(
    _ parameters: [NamedTensor], learningRate: Double = 1e-3, decay: Double = 0.99, weightDecay: Double = 0,
    epsilon: Double = 1e-8
  ) throws {
    self.parameters = parameters
    self.learningRate = learningRate
    self.decay = decay
    self.weightDecay = weightDecay
    self.epsilon = epsilon
    state = try stateTensors("mean_of_squares", startingAt: 0, for: parameters)
    moved = parameters.map(\.tensor)
    squares = state.map(\.tensor)
  }

  public func update() throws {
    updates += 1
    try withHandles(moved) { moved, count in
      try withHandles(squares) { squares, _ in
        try check(
          torch.rmsprop_update(moved, squares, count, learningRate, decay, weightDecay, epsilon), "RMSprop")
      }
      try check(torch.clear_gradients(moved, count), "clearing gradients")
    }
  }
}
