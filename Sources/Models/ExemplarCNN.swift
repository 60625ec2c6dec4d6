import Datasets
import LinearAlgebra
import Randomness
import Torch

/// Exemplar CNN (Dosovitskiy, Fischer, Springenberg, Riedmiller and Brox 2015): a classifier that learns to tell which
/// patch an augmented patch was made from,
///
///     min sum over i, T of -log softmax_i(net(T x_i)),
///
/// trained as the authors' released networks were. Its features are `ExemplarFeatures`.
public final class ExemplarCNN: Restorable {
  public let configuration: ExemplarCNNConfiguration
  /// The class of each seed patch.
  public let classes: SurrogateClasses
  private let device: Device
  private let network: ExemplarNetwork
  private let optimiser: SGD
  private let dropout: Torch.Generator
  private let patches: SurrogatePatches
  private var order: EpochOrder
  /// The mean of the copies, [3, 32, 32]; in the weights because the network is nothing without it.
  private let mean: Tensor

  /// Draws the seed patches and starts with random weights.
  ///
  /// - Parameters:
  ///   - images: colour images of at least 32 x 32 pixels. Those with a shorter side under 40 are enlarged to 40, so
  ///     that a patch has a choice of places.
  ///   - classes: the clusters of an earlier network of the same configuration and seed; each seed patch makes a class
  ///     of its own by default.
  /// - Throws: `ModelError.images`.
  public init(
    configuration: ExemplarCNNConfiguration, images: any ByteImages, classes: SurrogateClasses? = nil,
    seed: UInt64, device: Device = .cpu
  ) throws {
    let classes = classes ?? SurrogateClasses(each: configuration.seeds)
    precondition(
      classes.classes.count == configuration.seeds,
      "\(classes.classes.count) seed patches have classes, \(configuration.seeds) are configured")
    self.configuration = configuration
    self.classes = classes
    self.device = device
    patches = try SurrogatePatches(
      patches: SeedPatch.draw(
        configuration.seeds, from: images,
        stream: RandomStream(seed: seed, stream: Purpose.seedPatches.rawValue)),
      copies: configuration.copies, ranges: configuration.ranges,
      source: RandomStream(seed: seed, stream: Purpose.transformations.rawValue))
    guard patches.count >= configuration.batch else {
      throw ModelError.images(
        model: "Exemplar CNN", found: "\(patches.count) transformed patches",
        needed: "at least a minibatch of \(configuration.batch)")
    }
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    network = try ExemplarNetwork(
      configuration, classes: classes.count, generator: initial, device: device)
    optimiser = try SGD(
      network.groups(weightDecay: configuration.weightDecay), learningRate: configuration.learningRate,
      momentum: configuration.momentum)
    dropout = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .dropout), device: device)
    order = EpochOrder(
      count: patches.count, batch: configuration.batch,
      source: RandomStream(seed: seed, stream: Purpose.minibatches.rawValue))
    mean = try patches.mean().to(device)
  }

  public var updates: Int { optimiser.updates }

  /// One step on one minibatch. Reports `loss` (nats per patch), `accuracy` (on that minibatch, with dropout) and
  /// `learning_rate`.
  public func update() throws -> [String: Double] {
    let copies = order.indices(ofMinibatch: updates)
    let targets = copies.map { classes.classes[patches.patch(of: $0)] }
    let logits = try network.logits(of: input(copies), dropping: dropout)
    let loss = try logits.crossEntropy(
      classes: Tensor(indices: targets, device: device), reduction: .mean)
    try loss.backward()
    let rate = configuration.learningRate(at: updates)
    optimiser.learningRate = rate
    try optimiser.update()
    return [
      "loss": try loss.scalar(), "accuracy": try accuracy(of: logits, targets), "learning_rate": rate,
    ]
  }

  /// These copies as the network sees them: less the mean, times 1/256.
  private func input(_ copies: [Int]) throws -> Tensor {
    try (patches.tensor(copies).to(device) - mean) * exemplarScale
  }

  private func accuracy(of logits: Tensor, _ targets: [Int]) throws -> Double {
    let elements = try logits.elements()
    let width = classes.count
    let right = targets.enumerated().count { row, target in
      let scores = elements[(row * width)..<((row + 1) * width)]
      return scores.allSatisfy { $0 <= scores[scores.startIndex + target] }
    }
    return Double(right) / Double(targets.count)
  }
}

/// What an Exemplar CNN multiplies bytes by, less their mean.
let exemplarScale = 1.0 / 256

// MARK: What the network makes of the seed patches

extension ExemplarCNN {
  /// The mean activations of the fully connected layer over the first `copies` copies of each seed patch:
  /// seeds x hidden. What a clustering of the classes starts from.
  public func meanActivations(copies: Int = 8) throws -> Matrix<Float> {
    let used = min(copies, configuration.copies)
    return try withoutGradient {
      try Matrix(rows: configuration.seeds, columns: configuration.hidden) { elements in
        for seeds in blocks(0..<configuration.seeds, of: max(1, inferenceBatch / used)) {
          let chosen = seeds.flatMap { seed in (0..<used).map { seed * configuration.copies + $0 } }
          let means = try network.activations(of: input(chosen))
            .reshaped([seeds.count, used, configuration.hidden]).mean(along: 1)
          let range = (seeds.lowerBound * configuration.hidden)..<(seeds.upperBound * configuration.hidden)
          try means.read(into: UnsafeMutableBufferPointer(rebasing: elements[range]))
        }
      }
    }
  }
}

// MARK: Files

extension ExemplarCNN {
  public var state: TrainingState {
    TrainingState(
      weights: network.parameters + [NamedTensor("patches.mean", mean)], optimisers: ["optimiser": optimiser],
      generators: ["dropout": dropout], streams: ["minibatches": order.source])
  }

  /// A checkpoint continues with the seed patches that this model has drawn: give both the same images and seed.
  public func resume(from checkpoint: Checkpoint) throws {
    order.source = try checkpoint.stream("minibatches")
  }
}
