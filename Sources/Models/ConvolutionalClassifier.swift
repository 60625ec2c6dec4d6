import Datasets
import Randomness
import Torch

/// The free choices of a convolutional classifier.
public struct ConvolutionalClassifierConfiguration: Codable, Sendable, Hashable {
  /// How weights start; biases start at zero.
  public enum Start: String, Codable, Sendable, CaseIterable {
    /// N(0, 0.01²)
    case normal001 = "normal-0.01"
    /// N(0, 0.02²), as those of a DCGAN
    case normal002 = "normal-0.02"
    /// N(0, 2 / fan in) (He et al. 2015)
    case he

    var initialisation: Initialisation {
      switch self {
      case .normal001: .normal(deviation: 0.01)
      case .normal002: .normal(deviation: 0.02)
      case .he: .scaledNormal(gain: 2)
      }
    }
  }

  /// Channels of the convolutions, each of which halves the maps.
  public var widths: [Int]
  /// The side of every filter, odd.
  public var kernel: Int
  /// Whether all convolutions but the first are normalised by batch.
  public var isNormalised: Bool
  public var start: Start
  /// The share of the softmax's inputs that a training step leaves out.
  public var dropout: Double
  public var batch: Int
  public var learningRate: Double
  public var beta1: Double
  /// The factor of L2 on all parameters; added to the gradients that Adam sees.
  public var weightDecay: Double

  /// By default the architecture of the released SVHN DCGAN's discriminator.
  public init(
    widths: [Int] = [64, 128, 256], kernel: Int = 5, isNormalised: Bool = true, start: Start = .normal002,
    dropout: Double = 0, batch: Int = 64, learningRate: Double = 5e-4, beta1: Double = 0.5,
    weightDecay: Double = 1e-5
  ) {
    precondition(!widths.isEmpty && widths.allSatisfy { $0 > 0 }, "convolutions of widths \(widths)")
    precondition(kernel > 0 && kernel % 2 == 1, "a filter of odd side keeps maps centred, not \(kernel)")
    precondition((0..<1).contains(dropout), "a dropout rate lies in 0..<1, not \(dropout)")
    precondition(batch > 0, "a minibatch of \(batch) images")
    self.widths = widths
    self.kernel = kernel
    self.isNormalised = isNormalised
    self.start = start
    self.dropout = dropout
    self.batch = batch
    self.learningRate = learningRate
    self.beta1 = beta1
    self.weightDecay = weightDecay
  }
}

/// The discriminator of a DCGAN as a classifier that sees labelled images alone (Radford et al. 2016, section 5.2, the
/// row "supervised CNN with the same architecture"): convolutions that halve the maps, batch normalisation on all but
/// the first, leaky ReLU, and a softmax over the last maps in place of the logit.
///
///     min -log p(label | image), the mean over the minibatch
public final class ConvolutionalClassifier: ImageClassifier, Restorable {
  public let configuration: ConvolutionalClassifierConfiguration
  private let images: any ByteImages
  private let size: ImageSize
  private let device: Device
  private let convolutions: [NormalisedConvolution]
  private let output: Linear
  private let optimiser: Adam
  private let dropout: Torch.Generator
  private var labelled: LabelledMinibatches
  private static let name = "convolutional classifier"

  /// - Parameter labelled: indices of images that have a label, with `labels` in the same order.
  /// - Throws: `ModelError.images` unless the convolutions can halve the sides of the images, `ModelError.data` where
  ///   labels or indices are out of range or do not fill a minibatch.
  public init(
    configuration: ConvolutionalClassifierConfiguration, images: any ByteImages, labelled: [Int],
    labels: [Int], classes: Int, seed: UInt64, device: Device = .cpu
  ) throws {
    self.configuration = configuration
    self.images = images
    self.device = device
    size = ImageSize(images)
    self.labelled = try LabelledMinibatches(
      labelled, labels: labels, classes: classes, of: images.count, batch: configuration.batch,
      model: ConvolutionalClassifier.name, seed: seed)
    let top = try size.halved(configuration.widths.count, model: ConvolutionalClassifier.name)
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    let maps = [images.channels] + configuration.widths
    convolutions = try configuration.widths.indices.map { layer in
      // The discriminator's first convolution has neither a normalisation nor a bias.
      try NormalisedConvolution(
        maps[layer], maps[layer + 1], kernel: configuration.kernel, stride: 2,
        isNormalised: configuration.isNormalised && layer > 0,
        hasBias: layer > 0 && !configuration.isNormalised,
        initialisation: configuration.start.initialisation, generator: initial, device: device)
    }
    output = try Linear(
      maps[maps.count - 1] * top.height * top.width, classes,
      initialisation: configuration.start.initialisation, generator: initial
    ).moved(to: device)
    optimiser = try Adam(
      ConvolutionalClassifier.parameters(convolutions, output), learningRate: configuration.learningRate,
      beta1: configuration.beta1, weightDecay: configuration.weightDecay)
    dropout = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .dropout), device: device)
  }

  public var updates: Int { optimiser.updates }

  /// One step on one minibatch. Reports `loss` (nats per image) and `accuracy` (on that minibatch, with dropout).
  public func update() throws -> [String: Double] {
    let (items, labels) = labelled.minibatch(updates)
    let drops = configuration.dropout > 0 ? dropout : nil
    let logits = try logits(load(items, of: images, levels: signedLevels, to: device), .training, drops)
    let loss = try logits.crossEntropy(classes: Tensor(indices: labels, device: device), reduction: .mean)
    try loss.backward()
    try optimiser.update()
    return ["loss": try loss.scalar(), "accuracy": try accuracy(of: logits, labels)]
  }

  /// Where maps are normalised, the running statistics of training are used: they move a tenth of the way to those of
  /// every minibatch, and are among the weights.
  public func predict(_ images: any ByteImages, indices: [Int]) throws -> [Int] {
    try size.check(images, indices, model: ConvolutionalClassifier.name)
    return try withoutGradient {
      try blocks(0..<indices.count, of: inferenceBatch).flatMap { range in
        try mostProbable(
          logits(load(Array(indices[range]), of: images, levels: signedLevels, to: device), .evaluation, nil))
      }
    }
  }

  /// Images [n, channels, h, w] in -1...1 to [n, classes].
  private func logits(_ images: Tensor, _ mode: Mode, _ dropping: Torch.Generator?) throws -> Tensor {
    var values = try images.channelsLast()
    for convolution in convolutions { values = try convolution(values, mode).leakyReLUInPlace(slope: 0.2) }
    let top = try values.reshaped([images.shape[0], -1])
    return try output(dropping.map { try top.dropout(rate: configuration.dropout, from: $0) } ?? top)
  }
}

// MARK: Files

extension ConvolutionalClassifier {
  private static func parameters(_ convolutions: [NormalisedConvolution], _ output: Linear) -> [NamedTensor] {
    convolutions.enumerated().flatMap { $1.parameters.named(under: "convolution.\($0 + 1)") }
      + output.parameters.named(under: "classes")
  }

  public var state: TrainingState {
    let buffers = convolutions.enumerated().flatMap { $1.buffers.named(under: "convolution.\($0 + 1)") }
    return TrainingState(
      weights: optimiser.parameters + buffers, optimisers: ["optimiser": optimiser],
      generators: ["dropout": dropout], streams: ["labelled": labelled.source])
  }

  public func resume(from checkpoint: Checkpoint) throws {
    labelled.source = try checkpoint.stream("labelled")
  }
}
