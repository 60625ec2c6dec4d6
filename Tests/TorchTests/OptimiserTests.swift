import Testing
import Torch

@Suite("Optimisers move parameters as PyTorch's do")
struct OptimiserTests {
  private static func make(_ reference: Reference.Optimisation, _ parameters: [NamedTensor]) throws
    -> any Optimiser
  {
    func setting(_ name: String) throws -> Double { try #require(reference.settings[name]) }
    switch reference.name {
    case "adagrad":
      return try Adagrad(
        parameters, learningRate: setting("rate"), initialAccumulator: setting("accumulator"),
        weightDecay: setting("weightDecay"))
    case "rmsprop":
      return try RMSprop(
        parameters, learningRate: setting("rate"), decay: setting("decay"),
        weightDecay: setting("weightDecay"))
    case "adam":
      return try Adam(
        parameters, learningRate: setting("rate"), beta1: setting("beta1"),
        weightDecay: setting("weightDecay"))
    case "adamw":
      return try Adam(
        parameters, learningRate: setting("rate"), weightDecay: setting("weightDecay"),
        isDecayDecoupled: true)
    case "sgd":
      // One group decays, the other learns twice as fast.
      return try SGD(
        [
          ParameterGroup([parameters[0]], weightDecay: setting("weightDecay")),
          ParameterGroup([parameters[1]], rateFactor: 2),
        ], learningRate: setting("rate"), momentum: setting("momentum"))
    default: throw Unknown(name: reference.name)
    }
  }
  private struct Unknown: Error { let name: String }

  @Test(arguments: try Reference.optimisations.get())
  func updates(_ reference: Reference.Optimisation) throws {
    let parameters = try reference.start.enumerated().map {
      NamedTensor("p\($0)", try Tensor($1, shape: [$1.count]).requireGradient())
    }
    let optimiser = try OptimiserTests.make(reference, parameters)
    for (step, (gradients, after)) in zip(reference.gradients, reference.after).enumerated() {
      for (parameter, gradient) in zip(parameters, gradients) where !gradient.isEmpty {
        // The gradient of an inner product is the other factor.
        try (parameter.tensor * Tensor(gradient, shape: [gradient.count])).sum().backward()
      }
      // The rate of gradient descent falls on the way, as it does in training.
      if reference.name == "sgd", step == 3 { optimiser.learningRate /= 4 }
      try optimiser.update()
      #expect(optimiser.updates == step + 1)
      for (parameter, expected) in zip(parameters, after) {
        #expect(try distance(parameter.tensor.elements(), expected) < tolerance, "update \(step + 1)")
        #expect(try parameter.tensor.gradient == nil)
      }
    }
  }

  @Test("Adagrad's sums of squares start where they are told to and grow by squared gradients")
  func accumulator() throws {
    let parameter = try Tensor([1, 1], shape: [2]).requireGradient()
    let optimiser = try Adagrad([NamedTensor("p", parameter)], initialAccumulator: 0.5)
    #expect(optimiser.state.map(\.name) == ["p.sum_of_squares"])
    #expect(try optimiser.state[0].tensor.elements() == [0.5, 0.5])
    try (parameter * Tensor([2, 0], shape: [2])).sum().backward()
    try optimiser.update()
    #expect(try optimiser.state[0].tensor.elements() == [4.5, 0.5])
  }

  @Test("a parameter without a gradient stays, weight decay or not")
  func untouched() throws {
    let parameter = try Tensor([1, -2], shape: [2]).requireGradient()
    for optimiser in [
      try Adagrad([NamedTensor("p", parameter)], weightDecay: 1),
      try Adam([NamedTensor("p", parameter)], weightDecay: 1),
      try RMSprop([NamedTensor("p", parameter)], weightDecay: 1),
      try SGD([ParameterGroup([NamedTensor("p", parameter)], weightDecay: 1), ParameterGroup([])]),
    ] as [any Optimiser] {
      try optimiser.update()
      #expect(try parameter.elements() == [1, -2])
    }
  }

  @Test("state and counter carried to another optimiser continue the same path, bit for bit")
  func continuation() throws {
    func parameter() throws -> NamedTensor {
      NamedTensor("p", try Tensor([0.5, -1], shape: [2]).requireGradient())
    }
    func move(_ optimiser: any Optimiser) throws {
      try optimiser.parameters[0].tensor.squared().sum().backward()
      try optimiser.update()
    }
    let first = try Adam([parameter()])
    for _ in 0..<3 { try move(first) }
    let second = try Adam([parameter()])
    for (target, source) in zip(second.parameters + second.state, first.parameters + first.state) {
      try target.tensor.assign(source.tensor)
    }
    second.updates = first.updates
    for _ in 0..<3 {
      try move(first)
      try move(second)
    }
    #expect(try second.parameters[0].tensor.elements() == first.parameters[0].tensor.elements())
  }
}
