import CTorch

/// θ ← θ - rate g / (√s + epsilon), s ← s + g² (Duchi, Hazan and Singer 2011).
public final class Adagrad: Optimiser {
  public let parameters: [NamedTensor]
  public let state: [NamedTensor]
  public var updates = 0
  public var learningRate: Double
  public let weightDecay: Double
  public let epsilon: Double
  private let moved: [Tensor]
  private let squares: [Tensor]

  /// - Parameter initialAccumulator: where the sums of squares start. TensorFlow 0.1, PyTorch 0; it decides how large the
  ///   first updates are.
  public init(
    _ parameters: [NamedTensor], learningRate: Double = 1e-2, initialAccumulator: Double = 0,
    weightDecay: Double = 0, epsilon: Double = 1e-10
  ) throws {
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.epsilon = epsilon
    state = try stateTensors("sum_of_squares", startingAt: Float(initialAccumulator), for: parameters)
    moved = parameters.map(\.tensor)
    squares = state.map(\.tensor)
  }

  /// On the CPU the weights move in the backward pass, each tile of them while its gradient is in registers: no gradient is
  /// written to memory and read again. The bias moves with `update`.
  public func apply(_ layer: Linear, to input: Tensor) throws -> Tensor {
    guard weightDecay == 0, let bias = layer.bias, layer.weight.device == .cpu,
      let place = moved.firstIndex(where: { $0 === layer.weight })
    else { return try layer(input) }
    return try Tensor(
      owning: torch.adagrad_linear(
        input.handle, layer.weight.handle, bias.handle, squares[place].handle, learningRate, epsilon),
      "linear", [input, layer.weight])
  }

  public func update() throws {
    updates += 1
    try withHandles(moved) { moved, count in
      try withHandles(squares) { squares, _ in
        try check(
          torch.adagrad_update(moved, squares, count, Int64(updates), learningRate, 0, weightDecay, epsilon),
          "Adagrad")
      }
      try check(torch.clear_gradients(moved, count), "clearing gradients")
    }
  }
}
