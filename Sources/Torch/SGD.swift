import CTorch

/// Parameters that share a learning rate and a weight decay.
public struct ParameterGroup {
  public let parameters: [NamedTensor]
  /// Times the optimiser's learning rate.
  public let rateFactor: Double
  public let weightDecay: Double

  public init(_ parameters: [NamedTensor], rateFactor: Double = 1, weightDecay: Double = 0) {
    self.parameters = parameters
    self.rateFactor = rateFactor
    self.weightDecay = weightDecay
  }
}

/// Gradient descent with momentum, in groups: v ← momentum v + g + decay θ, θ ← θ - rate v.
///
/// The velocity holds no learning rate, as in PyTorch. Caffe's does; the two differ only in the updates just after the
/// rate changes.
public final class SGD: Optimiser {
  public let parameters: [NamedTensor]
  public let state: [NamedTensor]
  public var updates = 0
  public var learningRate: Double
  public let momentum: Double
  private let groups: [Group]

  private struct Group {
    let rateFactor, weightDecay: Double
    let moved, velocities: [Tensor]
  }

  public init(_ groups: [ParameterGroup], learningRate: Double = 1e-2, momentum: Double = 0.9) throws {
    let groups = groups.filter { !$0.parameters.isEmpty }
    self.learningRate = learningRate
    self.momentum = momentum
    parameters = groups.flatMap(\.parameters)
    let velocities = try groups.map { try stateTensors("velocity", startingAt: 0, for: $0.parameters) }
    state = velocities.flatMap { $0 }
    self.groups = zip(groups, velocities).map { group, velocities in
      Group(
        rateFactor: group.rateFactor, weightDecay: group.weightDecay,
        moved: group.parameters.map(\.tensor), velocities: velocities.map(\.tensor))
    }
  }

  public func update() throws {
    updates += 1
    for group in groups {
      try withHandles(group.moved) { moved, count in
        try withHandles(group.velocities) { velocities, _ in
          try check(
            torch.sgd_update(
              moved, velocities, count, learningRate * group.rateFactor, momentum, group.weightDecay),
            "gradient descent")
        }
        try check(torch.clear_gradients(moved, count), "clearing gradients")
      }
    }
  }
}
