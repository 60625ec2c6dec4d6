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

  /// Two layers, the first for sparse inputs or not, and a loss of the second's values.
  private struct Network {
    let first, second: Linear
    let optimiser: Adagrad

    init(sparseInput: Bool) throws {
      let generator = try Generator(seed: 7)
      first = try Linear(
        37, 130, sparseInput: sparseInput, initialisation: .glorotUniform, generator: generator)
      second = try Linear(130, 5, initialisation: .glorotUniform, generator: generator)
      optimiser = try Adagrad(first.parameters.named(under: "1") + second.parameters.named(under: "2"))
    }

    func loss(_ input: Tensor, by apply: (Linear, Tensor) throws -> Tensor) throws -> Tensor {
      try apply(second, apply(first, input).tanh()).squared().sum()
    }
  }

  @Test(
    "a layer that Adagrad applies learns as one whose gradient is stored", arguments: [false, true],
    Precision.allCases)
  func fused(sparseInput: Bool, precision: Precision) throws {
    let (stored, moving) = (try Network(sparseInput: false), try Network(sparseInput: sparseInput))
    let generator = try Generator(seed: 8)
    // The usual way rounds gradients of weights to eight bits, this one has them in registers.
    let tolerance: Float = precision == .float32 ? 1e-4 : sparseInput ? 0.1 : 2e-2
    for update in 0..<5 {
      // A fifth of the inputs are not zero, and the first one always is.
      let elements = try generator.uniform([9 * 37], in: -1..<1).elements().enumerated().map {
        $0 % 37 == 0 || abs($1) < 0.8 ? 0 : $1
      }
      let input = try Tensor(elements, shape: [9, 37])
      let (a, b) = try precision {
        (
          try stored.loss(input) { try $0($1) }, try moving.loss(input, by: moving.optimiser.apply)
        )
      }
      #expect(try abs(a.scalar() - b.scalar()) < Double(tolerance) * abs(a.scalar()))
      if precision == .bfloat16, update == 0 {
        #expect(try b.scalar() != stored.loss(input) { try $0($1) }.scalar())
        // Sums of weights that are not rounded are another matter than products.
        #expect(try (a.scalar() == b.scalar()) == !sparseInput)
      }
      try a.backward()
      try b.backward()
      #expect(try moving.first.weight.gradient == nil)
      try stored.optimiser.update()
      try moving.optimiser.update()
    }
    for (a, b) in zip(
      stored.optimiser.parameters + stored.optimiser.state,
      moving.optimiser.parameters + moving.optimiser.state)
    {
      #expect(a.name == b.name)
      #expect(try distance(a.tensor.elements(), b.tensor.elements()) < tolerance, "\(a.name)")
    }
  }

  /// Seven threads share 37 and 130 inputs unevenly.
  @Test("a layer that Adagrad applies learns to the same bits on any number of threads")
  func threads() throws {
    let before = try TorchInfo.threads
    defer { try? TorchInfo.setThreads(before) }
    let elements = try Generator(seed: 8).uniform([64 * 37], in: -1..<1)
    let outcomes = try [1, 7].map { count in
      try TorchInfo.setThreads(count)
      let network = try Network(sparseInput: false)
      for _ in 0..<3 {
        // The input learns too, so that errors go back through both layers.
        let input = try Tensor(elements.elements(), shape: [64, 37]).requireGradient()
        try network.loss(input, by: network.optimiser.apply).backward()
        try network.optimiser.update()
      }
      return try (network.optimiser.parameters + network.optimiser.state).flatMap {
        try $0.tensor.elements().map(\.bitPattern)
      }
    }
    #expect(outcomes[0] == outcomes[1])
  }

  @Test("the usual way is the same for weights that are stored by inputs")
  func storedByInputs() throws {
    let input = try Generator(seed: 8).uniform([9, 37], in: -1..<1)
    let outcomes = try [false, true].map { sparseInput in
      let network = try Network(sparseInput: sparseInput)
      let parameters = network.optimiser.parameters
      let optimisers: [any Optimiser] = [
        try Adam(parameters), try Adagrad(parameters, weightDecay: 0.1), try RMSprop(parameters),
        try SGD([ParameterGroup(parameters)], learningRate: 0.1, momentum: 0.5),
      ]
      for optimiser in optimisers {
        try network.loss(input) { try $0($1) }.backward()
        try optimiser.update()
      }
      return try parameters.map { try $0.tensor.elements() }
    }
    for (a, b) in zip(outcomes[0], outcomes[1]) { #expect(distance(a, b) < 1e-4) }
  }

  @Test("weights that have moved are not used for another derivative")
  func appliedTwice() throws {
    let network = try Network(sparseInput: false)
    let input = try Tensor(repeating: 0.5, shape: [2, 37])
    let twice =
      try network.loss(input, by: network.optimiser.apply)
      + network.loss(input, by: network.optimiser.apply)
    #expect(throws: TorchError.self) { try twice.backward() }
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
