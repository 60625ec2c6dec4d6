import Datasets
import Randomness
import Torch

/// Two generators, G from labels to photographs and F back, and a discriminator of each domain, trained on the terms of a
/// `TranslationConfiguration`: CycleGAN (Zhu, Park, Isola and Efros 2017) and what it is compared with.
///
/// One update moves both generators on all terms, with the discriminators as constants, and then each discriminator on real
/// images and on one of the pool's for every image just generated, which is not generated again. As the paper says, a
/// discriminator's loss is half the sum of the two judgements, and so is its gradient. Without a term that joins them, G
/// and F are trained as if each were alone.
public final class TranslationGAN: ImageTranslator, Restorable {
  static let name = "translation GAN"
  public let configuration: TranslationConfiguration
  private let device: Device
  private let photos: Player
  private let labels: Player
  private let features: DeepFeatures?
  private let generatorOptimiser: Adam
  private let discriminatorOptimiser: Adam?
  private let dropout: Torch.Generator
  private var domains: DomainPair

  /// Who makes images of one domain, and who judges them.
  private final class Player {
    /// The domain that is made.
    let domain: String
    let generator: any TranslationGenerator
    let discriminator: PatchDiscriminator?
    var pool: ImagePool

    init(_ domain: String, _ configuration: TranslationConfiguration, _ layers: NormalLayers, seed: UInt64)
      throws
    {
      self.domain = domain
      let channels = configuration.isConditional ? 6 : 3
      generator = try configuration.networks.makeGenerator(side: configuration.side, layers)
      discriminator =
        configuration.adversarial
        ? try PatchDiscriminator(configuration.networks, channels: channels, layers) : nil
      pool = try ImagePool(
        capacity: configuration.adversarial ? configuration.pool : 0, channels: channels,
        side: configuration.side, stream: RandomStream(seed: seed, stream: Purpose.imagePools.rawValue),
        device: layers.device)
    }

    var generatorParameters: [NamedTensor] { generator.parameters.named(under: "\(domain).generator") }
    var discriminatorParameters: [NamedTensor] {
      discriminator.map { $0.parameters.named(under: "\(domain).discriminator") } ?? []
    }
  }

  /// - Parameter features: what a distance of deep features is measured with; needed where it has a weight.
  /// - Throws: `ModelError.images` unless both domains have images of three channels, at least `side` on each side, that
  ///   fill a minibatch, and match where they are pairs; `ModelError.data` for choices that make no model.
  public init(
    configuration: TranslationConfiguration, photos: any ByteImages, labels: any ByteImages,
    features: DeepFeatures? = nil, seed: UInt64, device: Device = .cpu
  ) throws {
    try configuration.check(hasFeatures: features != nil)
    self.configuration = configuration
    self.device = device
    self.features = configuration.feature > 0 ? features : nil
    domains = try DomainPair(
      photos: photos, labels: labels, side: configuration.side, batch: configuration.batch,
      isPaired: configuration.isPaired, model: TranslationGAN.name, seed: seed)
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    let layers = NormalLayers(generator: initial, device: device)
    self.photos = try Player("photos", configuration, layers, seed: seed)
    // The other pool draws numbers of its own.
    self.labels = try Player(
      "labels", configuration, layers, seed: RandomStream.seed(from: seed, for: .imagePools))
    func adam(_ parameters: [NamedTensor]) throws -> Adam {
      try Adam(parameters, learningRate: configuration.learningRate, beta1: configuration.beta1)
    }
    generatorOptimiser = try adam(self.photos.generatorParameters + self.labels.generatorParameters)
    discriminatorOptimiser =
      configuration.adversarial
      ? try adam(self.photos.discriminatorParameters + self.labels.discriminatorParameters) : nil
    dropout = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .dropout), device: device)
  }

  public var updates: Int { generatorOptimiser.updates }

  /// One update of every network.
  ///
  /// Reports those terms that the configuration has, before their weights: `generator_photos` and `generator_labels` (how
  /// far the discriminators are from taking G's and F's images for real), `discriminator_photos` and
  /// `discriminator_labels`, `forward_cycle`, `backward_cycle`, `identity`, `pixel`, `feature` and `target`.
  public func update() throws -> [String: Double] {
    let rate = Schedule.rate(configuration.learningRate, update: updates, of: configuration.updates)
    let (x, y) = try domains.minibatch(updates, to: device)
    var terms = Terms()
    let fakes = try discriminatorParameters.heldConstant {
      let fakes = try judge(x, y, into: &terms)
      try terms.loss().backward()
      return fakes
    }
    generatorOptimiser.learningRate = rate
    try generatorOptimiser.update()
    var report = try terms.values()
    guard let discriminatorOptimiser else { return report }
    for (player, real, input, fake) in [(photos, y, x, fakes.photos), (labels, x, y, fakes.labels)] {
      let loss = try discriminatorLoss(player, real: real, input: input, fake: fake)
      try loss?.backward()
      report["discriminator_\(player.domain)"] = try loss?.scalar()
    }
    discriminatorOptimiser.learningRate = rate
    try discriminatorOptimiser.update()
    return report
  }

  private func discriminatorLoss(_ player: Player, real: Tensor, input: Tensor, fake: Tensor) throws
    -> Tensor?
  {
    guard let discriminator = player.discriminator else { return nil }
    let shown = try player.pool.exchange(seen(fake, madeOf: input))
    let onReal = try discriminator(seen(real, madeOf: input))
    let onFake = try discriminator(shown)
    return try
      (configuration.adversary.loss(onReal, areReal: true)
      + configuration.adversary.loss(onFake, areReal: false)) * 0.5
  }

  /// What a discriminator is shown of an image.
  private func seen(_ image: Tensor, madeOf input: Tensor) throws -> Tensor {
    configuration.isConditional ? try Tensor.concatenate([input, image], along: 1) : image
  }
}

// MARK: The generators' loss

extension TranslationGAN {
  /// Weighted terms of a loss.
  private struct Terms {
    private var terms: [(name: String, value: Tensor, weight: Double)] = []

    mutating func add(_ name: String, _ value: Tensor, weight: Double = 1) {
      terms.append((name, value, weight))
    }

    func loss() throws -> Tensor {
      guard let first = terms.first else { preconditionFailure("a configuration without terms is refused") }
      return try terms.dropFirst().reduce(first.value * first.weight) { try $0 + $1.value * $1.weight }
    }

    func values() throws -> [String: Double] {
      try Dictionary(uniqueKeysWithValues: terms.map { ($0.name, try $0.value.scalar()) })
    }
  }

  /// Makes an image of each of labels `x` and photographs `y`, and adds all terms of the generators' loss.
  private func judge(_ x: Tensor, _ y: Tensor, into terms: inout Terms) throws -> (
    photos: Tensor, labels: Tensor
  ) {
    let drops = configuration.dropout ? dropout : nil
    func g(_ images: Tensor) throws -> Tensor { try photos.generator(images, dropping: drops) }
    func f(_ images: Tensor) throws -> Tensor { try labels.generator(images, dropping: drops) }
    func distance(_ a: Tensor, _ b: Tensor) throws -> Tensor { try a.absoluteError(b, reduction: .mean) }
    let (gx, fy) = (try g(x), try f(y))
    for (player, made, input) in [(photos, gx, x), (labels, fy, y)] {
      guard let discriminator = player.discriminator else { continue }
      let scores = try discriminator(seen(made, madeOf: input))
      terms.add("generator_\(player.domain)", try configuration.adversary.loss(scores, areReal: true))
    }
    if configuration.forwardCycle > 0 {
      terms.add("forward_cycle", try distance(f(gx), x), weight: configuration.forwardCycle)
    }
    if configuration.backwardCycle > 0 {
      terms.add("backward_cycle", try distance(g(fy), y), weight: configuration.backwardCycle)
    }
    if configuration.identity > 0 {
      terms.add("identity", try distance(g(y), y) + distance(f(x), x), weight: configuration.identity)
    }
    if configuration.pixel > 0 {
      terms.add("pixel", try distance(gx, x) + distance(fy, y), weight: configuration.pixel)
    }
    if let features {
      func phi(_ images: Tensor) throws -> Tensor { try features.maps(of: images) }
      terms.add(
        "feature", try distance(phi(gx), phi(x)) + distance(phi(fy), phi(y)), weight: configuration.feature)
    }
    if configuration.target > 0 {
      terms.add("target", try distance(gx, y) + distance(fy, x), weight: configuration.target)
    }
    return (gx, fy)
  }
}

// MARK: Translating

extension TranslationGAN {
  /// Images pass one at a time, so that none depends on its neighbours. Where units are dropped, which ones is drawn for
  /// each index, always the same.
  public func translate(_ images: any ByteImages, indices: [Int], _ direction: TranslationDirection) throws
    -> ImageStack
  {
    let side = configuration.side
    try ImageSize(channels: 3, height: side, width: side)
      .check(images, indices, model: TranslationGAN.name)
    let generator = (direction == .labelsToPhotos ? photos : labels).generator
    return try translated(indices, side: side) { block in
      let drops = configuration.dropout ? try dropoutOf(block[0]) : nil
      return try withoutGradient {
        try ImageStack(
          signed: generator(load(block, of: images, levels: signedLevels, to: device), dropping: drops))
      }
    }
  }

  private func dropoutOf(_ index: Int) throws -> Torch.Generator {
    try Torch.Generator(seed: RandomStream.seed(from: UInt64(index), for: .evaluation), device: device)
  }
}

// MARK: Files

extension TranslationGAN {
  private var discriminatorParameters: [NamedTensor] { discriminatorOptimiser?.parameters ?? [] }

  /// The weights are those of the generators: translating needs no more. A checkpoint has the images in the pools too.
  public var state: TrainingState {
    let weights = generatorOptimiser.parameters
    let pools = [photos, labels].flatMap { $0.pool.contents.named(under: "\($0.domain).pool") }
    var optimisers: [String: any Optimiser] = ["generators": generatorOptimiser]
    optimisers["discriminators"] = discriminatorOptimiser
    return TrainingState(
      weights: weights, contents: weights + discriminatorParameters + pools, optimisers: optimisers,
      generators: ["dropout": dropout],
      streams: domains.streams.merging(
        ["pool.photos": photos.pool.stream, "pool.labels": labels.pool.stream]) { own, _ in own })
  }

  public func resume(from checkpoint: Checkpoint) throws {
    try domains.restore(from: checkpoint)
    for player in [photos, labels] {
      // Every update showed each pool a minibatch.
      player.pool.resume(
        seen: updates * configuration.batch, stream: try checkpoint.stream("pool.\(player.domain)"))
    }
  }
}
