import Datasets
import Randomness
import Torch

/// The free choices of a bidirectional GAN, as in `TranslationConfiguration`.
public struct BidirectionalGANConfiguration: Codable, Sendable, Hashable {
  public var networks: TranslationNetworks
  public var side: Int
  public var pool: Int
  public var batch: Int
  public var learningRate: Double
  public var beta1: Double
  public var updates: Int

  public init(
    networks: TranslationNetworks = TranslationNetworks(), side: Int, pool: Int = 50, batch: Int = 1,
    learningRate: Double = 2e-4, beta1: Double = 0.5, updates: Int
  ) {
    self.networks = networks
    self.side = side
    self.pool = pool
    self.batch = batch
    self.learningRate = learningRate
    self.beta1 = beta1
    self.updates = updates
  }

  /// Throws `ModelError.data` for choices that make no model.
  public func check() throws {
    if let problem = networks.problem(side: side) {
      throw ModelError.data(model: BidirectionalGAN.name, found: problem.found, needed: problem.needed)
    }
    try Schedule.check(batch: batch, pool: pool, updates: updates, model: BidirectionalGAN.name)
  }
}

/// BiGAN (Donahue et al. 2017) and ALI (Dumoulin et al. 2017) between two domains of images, as the CycleGAN paper has it:
/// one discriminator tells pairs (real labels, G of them) from pairs (F of real photographs, these). It says one for the
/// former and zero for the latter, by least squares; G and F are trained to have it the other way round. Nothing else ties
/// an image to what it was made of.
public final class BidirectionalGAN: ImageTranslator, Restorable {
  static let name = "bidirectional GAN"
  public let configuration: BidirectionalGANConfiguration
  private let device: Device
  /// Makes photographs.
  private let g: any TranslationGenerator
  /// Makes labels.
  private let f: any TranslationGenerator
  private let discriminator: PatchDiscriminator
  private let generatorOptimiser: Adam
  private let discriminatorOptimiser: Adam
  /// Pairs with a generated photograph, and with generated labels.
  private var photoPool: ImagePool
  private var labelPool: ImagePool
  private var domains: DomainPair

  /// Throws as `TranslationGAN` does.
  public init(
    configuration: BidirectionalGANConfiguration, photos: any ByteImages, labels: any ByteImages,
    seed: UInt64,
    device: Device = .cpu
  ) throws {
    try configuration.check()
    self.configuration = configuration
    self.device = device
    domains = try DomainPair(
      photos: photos, labels: labels, side: configuration.side, batch: configuration.batch,
      model: BidirectionalGAN.name, seed: seed)
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    let layers = NormalLayers(generator: initial, device: device)
    g = try configuration.networks.makeGenerator(side: configuration.side, layers)
    f = try configuration.networks.makeGenerator(side: configuration.side, layers)
    discriminator = try PatchDiscriminator(configuration.networks, channels: 6, layers)
    func adam(_ parameters: [NamedTensor]) throws -> Adam {
      try Adam(parameters, learningRate: configuration.learningRate, beta1: configuration.beta1)
    }
    generatorOptimiser = try adam(
      g.parameters.named(under: "photos.generator") + f.parameters.named(under: "labels.generator"))
    discriminatorOptimiser = try adam(discriminator.parameters.named(under: "discriminator"))
    func pool(_ seed: UInt64) throws -> ImagePool {
      try ImagePool(
        capacity: configuration.pool, channels: 6, side: configuration.side,
        stream: RandomStream(seed: seed, stream: Purpose.imagePools.rawValue), device: device)
    }
    photoPool = try pool(seed)
    labelPool = try pool(RandomStream.seed(from: seed, for: .imagePools))
  }

  public var updates: Int { generatorOptimiser.updates }

  /// One update of both generators, then of the discriminator on pairs from the pools, with half of its loss's gradient.
  ///
  /// Reports `generator_photos`, `generator_labels` and `discriminator`.
  public func update() throws -> [String: Double] {
    let rate = Schedule.rate(configuration.learningRate, update: updates, of: configuration.updates)
    let (x, y) = try domains.minibatch(updates, to: device)
    func judged(_ pairs: Tensor, _ areWithRealLabels: Bool) throws -> Tensor {
      try TranslationConfiguration.Adversary.leastSquares
        .loss(discriminator(pairs), areReal: areWithRealLabels)
    }
    var report: [String: Double] = [:]
    let (withPhotos, withLabels) = try discriminatorOptimiser.parameters.heldConstant {
      let withPhotos = try Tensor.concatenate([x, g(x, dropping: nil)], along: 1)
      let withLabels = try Tensor.concatenate([f(y, dropping: nil), y], along: 1)
      let (ofG, ofF) = (try judged(withPhotos, false), try judged(withLabels, true))
      try (ofG + ofF).backward()
      report["generator_photos"] = try ofG.scalar()
      report["generator_labels"] = try ofF.scalar()
      return (withPhotos, withLabels)
    }
    generatorOptimiser.learningRate = rate
    try generatorOptimiser.update()

    let loss =
      try (judged(photoPool.exchange(withPhotos), true) + judged(labelPool.exchange(withLabels), false)) * 0.5
    try loss.backward()
    discriminatorOptimiser.learningRate = rate
    try discriminatorOptimiser.update()
    report["discriminator"] = try loss.scalar()
    return report
  }

  public func translate(_ images: any ByteImages, indices: [Int], _ direction: TranslationDirection) throws
    -> ImageStack
  {
    let side = configuration.side
    try ImageSize(channels: 3, height: side, width: side)
      .check(images, indices, model: BidirectionalGAN.name)
    let generator = direction == .labelsToPhotos ? g : f
    return try translated(indices, side: side) { block in
      try withoutGradient {
        try ImageStack(
          signed: generator(load(block, of: images, levels: signedLevels, to: device), dropping: nil))
      }
    }
  }
}

// MARK: Files

extension BidirectionalGAN {
  /// The weights are those of the generators: translating needs no more.
  public var state: TrainingState {
    let weights = generatorOptimiser.parameters
    return TrainingState(
      weights: weights,
      contents: weights + discriminatorOptimiser.parameters + photoPool.contents.named(under: "photos.pool")
        + labelPool.contents.named(under: "labels.pool"),
      optimisers: ["generators": generatorOptimiser, "discriminator": discriminatorOptimiser],
      streams: domains.streams.merging(
        ["pool.photos": photoPool.stream, "pool.labels": labelPool.stream]) { own, _ in own })
  }

  public func resume(from checkpoint: Checkpoint) throws {
    try domains.restore(from: checkpoint)
    let seen = updates * configuration.batch
    photoPool.resume(seen: seen, stream: try checkpoint.stream("pool.photos"))
    labelPool.resume(seen: seen, stream: try checkpoint.stream("pool.labels"))
  }
}
