import Datasets
import Randomness
import Torch

/// CoGAN (Liu and Tuzel 2016): a GAN for each of two domains whose generators differ in the last layer alone and whose
/// discriminators in the first, so that one latent vector should give a photograph and its labels though no pair is ever
/// shown. It generates from noise; to translate an image, the latents are searched for whose image in the same domain comes
/// closest, and the image that they have in the other domain is the answer.
///
/// Both domains' losses are those of a GAN with cross-entropy, and add up. Real and generated images pass through the
/// discriminators apart, each with the statistics of its own minibatch.
public final class CoupledGAN: ImageTranslator, Restorable {
  static let name = "coupled GAN"
  public let configuration: CoupledGANConfiguration
  private let device: Device
  let generator: CoupledGenerator
  private let discriminator: CoupledDiscriminator
  private let generatorOptimiser: Adam
  private let discriminatorOptimiser: Adam
  private let prior: Torch.Generator
  private let dropout: Torch.Generator
  private var domains: DomainPair

  /// Throws as `TranslationGAN` does.
  public init(
    configuration: CoupledGANConfiguration, photos: any ByteImages, labels: any ByteImages, seed: UInt64,
    device: Device = .cpu
  ) throws {
    try configuration.check()
    self.configuration = configuration
    self.device = device
    domains = try DomainPair(
      photos: photos, labels: labels, side: configuration.side, batch: configuration.batch,
      model: CoupledGAN.name, seed: seed)
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    let layers = NormalLayers(generator: initial, device: device)
    generator = try CoupledGenerator(configuration, layers)
    discriminator = try CoupledDiscriminator(configuration, layers)
    func adam(_ parameters: [NamedTensor]) throws -> Adam {
      try Adam(
        parameters, learningRate: configuration.learningRate, beta1: configuration.beta1,
        weightDecay: configuration.weightDecay)
    }
    generatorOptimiser = try adam(generator.parameters)
    discriminatorOptimiser = try adam(discriminator.parameters)
    prior = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .prior), device: device)
    dropout = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .dropout), device: device)
  }

  public var updates: Int { generatorOptimiser.updates }

  /// One update of the discriminators, then of the generators.
  ///
  /// Reports `discriminator_photos`, `discriminator_labels`, `generator_photos` and `generator_labels`, nats per image; a
  /// discriminator's are those of its real and its generated images together.
  public func update() throws -> [String: Double] {
    let (labels, photos) = try domains.minibatch(updates, to: device)
    let fakes = try withoutGradient { try generated(.batch) }
    let onReal = try judged(photos: photos, labels: labels, areReal: true)
    let onFake = try judged(photos: fakes.photos, labels: fakes.labels, areReal: false)
    let judgement = (photos: try onReal.photos + onFake.photos, labels: try onReal.labels + onFake.labels)
    try (judgement.photos + judgement.labels).backward()
    try discriminatorOptimiser.update()

    let deception = try discriminator.parameters.heldConstant {
      let made = try generated(.training)
      let deception = try judged(photos: made.photos, labels: made.labels, areReal: true)
      try (deception.photos + deception.labels).backward()
      return deception
    }
    try generatorOptimiser.update()
    return [
      "discriminator_photos": try judgement.photos.scalar(),
      "discriminator_labels": try judgement.labels.scalar(),
      "generator_photos": try deception.photos.scalar(), "generator_labels": try deception.labels.scalar(),
    ]
  }

  /// A minibatch of both domains from the same latents.
  private func generated(_ mode: Mode) throws -> (photos: Tensor, labels: Tensor) {
    let latents = try prior.uniform([configuration.batch, configuration.latents], in: -1..<1)
    let scene = try generator.scene(latents, mode)
    return (try generator.photo(of: scene), try generator.labels(of: scene))
  }

  private func judged(photos: Tensor, labels: Tensor, areReal: Bool) throws -> (
    photos: Tensor, labels: Tensor
  ) {
    let logits = try discriminator(photos: photos, labels: labels, dropping: dropout)
    let count = configuration.batch
    func loss(_ range: Range<Int>) throws -> Tensor {
      try TranslationConfiguration.Adversary.crossEntropy
        .loss(logits.slice(range, along: 0), areReal: areReal)
    }
    return (try loss(0..<count), try loss(count..<(2 * count)))
  }
}

// MARK: Translating

extension CoupledGAN {
  /// Images searched for together.
  private static let inversionBlock = 32

  /// The latents of an image minimise the mean squared error of the image that they give, by Adam from several starts, kept
  /// in -1...1; the best start counts. Generators use running statistics, so an image does not depend on its neighbours
  /// but for the rounding of sums.
  public func translate(_ images: any ByteImages, indices: [Int], _ direction: TranslationDirection) throws
    -> ImageStack
  {
    try translate(
      images, indices, direction, steps: configuration.inversionSteps, starts: configuration.inversionRestarts
    )
  }

  /// A search of 50 steps from one start, whatever the configuration says: how images are searched for is no part of a
  /// training.
  public func preview(_ images: any ByteImages, indices: [Int], _ direction: TranslationDirection) throws
    -> ImageStack
  { try translate(images, indices, direction, steps: 50, starts: 1) }

  private func translate(
    _ images: any ByteImages, _ indices: [Int], _ direction: TranslationDirection, steps: Int, starts: Int
  ) throws -> ImageStack {
    let side = configuration.side
    try ImageSize(channels: 3, height: side, width: side).check(images, indices, model: CoupledGAN.name)
    return try translated(indices, side: side, block: CoupledGAN.inversionBlock) { block in
      let latents = try inverted(
        load(block, of: images, levels: signedLevels, to: device), block, direction, steps: steps,
        starts: starts)
      return try withoutGradient {
        let scene = try generator.scene(latents, .evaluation)
        return try ImageStack(
          signed: direction == .labelsToPhotos ? generator.photo(of: scene) : generator.labels(of: scene))
      }
    }
  }

  /// The latents [n, latents] whose images come closest to these, [n, 3, side, side].
  private func inverted(
    _ images: Tensor, _ indices: [Int], _ direction: TranslationDirection, steps: Int, starts: Int
  ) throws -> Tensor {
    let count = indices.count
    let latents = try startingLatents(indices, starts).requireGradient()
    // Restart by restart, so that a copy of all images stands against each.
    let targets = try Tensor.concatenate([Tensor](repeating: images, count: starts), along: 0)
    func errors() throws -> Tensor {
      let scene = try generator.scene(latents, .evaluation)
      let made =
        direction == .labelsToPhotos ? try generator.labels(of: scene) : try generator.photo(of: scene)
      return try made.squaredError(targets, reduction: .none).reshaped([count * starts, -1]).mean(along: 1)
    }
    let search = try Adam(
      [NamedTensor("latents", latents)], learningRate: configuration.inversionRate)
    try generator.parameters.heldConstant {
      for _ in 0..<steps {
        // Every image has an error of its own, so the gradient of the sum is that of each.
        try errors().sum().backward()
        try search.update()
        try latents.assign(withoutGradient { try latents.clamped(to: -1...1) })
      }
    }
    let found = try withoutGradient { try errors().elements() }
    let best = (0..<count).map { image in
      (0..<starts).reduce(0) { found[$1 * count + image] < found[$0 * count + image] ? $1 : $0 }
    }
    return try Tensor.concatenate(
      best.enumerated().map { image, start in
        try latents.detached().slice((start * count + image)..<(start * count + image + 1), along: 0)
      }, along: 0)
  }

  /// From U(-1, 1), the same for an index whatever else is translated: [starts · n, latents], start by start.
  private func startingLatents(_ indices: [Int], _ starts: Int) throws -> Tensor {
    var streams = indices.map { RandomStream(seed: UInt64($0), stream: Purpose.evaluation.rawValue) }
    let elements = (0..<starts).flatMap { _ in
      streams.indices.flatMap { image in
        (0..<configuration.latents).map { _ in Float(2 * streams[image].uniform() - 1) }
      }
    }
    return try Tensor(
      elements, shape: [starts * indices.count, configuration.latents],
      device: device)
  }
}

// MARK: Files

extension CoupledGAN {
  /// The weights are those of the generators: translating needs no more.
  public var state: TrainingState {
    TrainingState(
      weights: generator.weights, contents: generator.weights + discriminator.parameters,
      optimisers: ["generator": generatorOptimiser, "discriminator": discriminatorOptimiser],
      generators: ["prior": prior, "dropout": dropout], streams: domains.streams)
  }

  public func resume(from checkpoint: Checkpoint) throws { try domains.restore(from: checkpoint) }
}
