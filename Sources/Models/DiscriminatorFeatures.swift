import Datasets
import Randomness
import Torch

/// The features of a DCGAN's discriminator (Radford et al. 2016, section 5.1): the maps of every convolution after
/// leaky ReLU, max-pooled to 4 x 4, flattened and joined layer after layer.
///
/// Normalisation uses frozen statistics: the averages, over minibatches of 128 downstream training images, of each
/// minibatch's mean and variance, as in the authors' released script.
public final class DiscriminatorFeatures: ImageEncoder {
  public let configuration: DCGANConfiguration
  /// The features of each convolution that gives some.
  public let layerFeatures: [Range<Int>]
  /// Positions of these convolutions, from 0.
  private let kept: [Int]
  public private(set) var isPrepared = false
  private let device: Device
  private let channels: Int
  private var discriminator: DCGANDiscriminator

  /// The discriminator that a `DCGAN` of this seed starts with: random, until weights are restored.
  ///
  /// - Parameters:
  ///   - layers: how many convolutions there are, from the first on; by default up to the last one that is kept.
  ///   - keeping: numbers of the convolutions, from 1, whose maps are features; those of all layers by default.
  public init(
    configuration: DCGANConfiguration, channels: Int = 3, layers: Int? = nil, keeping: [Int]? = nil,
    seed: UInt64,
    device: Device = .cpu
  ) throws {
    self.configuration = configuration
    self.channels = channels
    self.device = device
    let depth = layers ?? keeping?.max() ?? configuration.widths.count
    kept = Set(keeping ?? Array(1...depth)).sorted().map { $0 - 1 }
    precondition(
      !kept.isEmpty && kept.allSatisfy { (0..<depth).contains($0) },
      "\(depth) convolutions, of which \(kept) are kept")
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    discriminator = try DCGANDiscriminator(
      configuration, channels: channels, layers: depth, generator: initial, device: device)
    let area = DCGANConfiguration.finalSide * DCGANConfiguration.finalSide
    layerFeatures = consecutiveRanges(kept.map { configuration.widths[$0] * area })
  }

  public var featureCount: Int { layerFeatures.last?.upperBound ?? 0 }
  public var units: Int { kept.map { configuration.widths[$0] }.max() ?? 0 }

  /// Images in a minibatch of the statistics.
  static let statisticsBatch = 128

  /// Averages the statistics over whole minibatches; images that do not fill a last one are left out, and fewer than
  /// 128 images make one minibatch.
  public func prepare(
    _ images: any ByteImages, indices: [Int], progress: (Double) throws -> Void
  ) throws {
    try check(images)
    guard indices.count > 1 else {
      throw ModelError.images(
        model: "a discriminator", found: "\(indices.count) training images",
        needed: "at least two for statistics")
    }
    let size = min(indices.count, DiscriminatorFeatures.statisticsBatch)
    let minibatches = indices.count / size
    isPrepared = false
    for number in 0..<minibatches {
      // A momentum of 1/1, 1/2, 1/3, … makes the running statistics the averages so far.
      discriminator.setMomentum(1 / Double(number + 1))
      try withoutGradient {
        _ = try discriminator.maps(
          of: load(Array(indices[(number * size)..<((number + 1) * size)]), images), .training)
      }
      try progress(Double(number + 1) / Double(minibatches))
    }
    try makeVariancesBiased(minibatch: size)
    isPrepared = true
  }

  /// libtorch's running variance is that of a sample, n / (n - 1) times the one that normalises in training.
  private func makeVariancesBiased(minibatch size: Int) throws {
    for (norm, stride) in zip(discriminator.norms, cumulativeStrides.dropFirst()) {
      let values = Double(size * (configuration.side / stride) * (configuration.side / stride))
      try norm.runningVariance.assign(norm.runningVariance * ((values - 1) / values))
    }
  }

  /// How many pixels of an image lie between those of each layer's maps.
  private var cumulativeStrides: [Int] {
    configuration.strides.reduce(into: []) { $0.append(($0.last ?? 1) * $1) }
  }

  public func encode(
    _ images: any ByteImages, indices: [Int], into features: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard isPrepared else { throw ModelError.unprepared(encoder: "a discriminator") }
    try check(images)
    try fillRows(indices.count, columns: featureCount, into: features) { range in
      let maps = try discriminator.maps(of: load(Array(indices[range]), images), .evaluation)
      return try Tensor.concatenate(
        kept.map { layer in
          let map = maps[layer]
          let kernel = map.shape[2] / DCGANConfiguration.finalSide
          let pooled = kernel > 1 ? try map.maxPool2d(kernel: kernel) : map
          return try pooled.reshaped([range.count, -1])
        }, along: 1)
    }
  }

  private func load(_ indices: [Int], _ images: any ByteImages) throws -> Tensor {
    try Models.load(indices, of: images, levels: signedLevels, to: device)
  }

  private func check(_ images: any ByteImages) throws {
    try configuration.check(images)
    guard images.channels == channels else {
      throw ModelError.images(
        model: "a discriminator", found: "images of \(images.channels) channels", needed: "\(channels)")
    }
  }

  /// The weights by name, for those who bring them from elsewhere.
  var parameters: [NamedTensor] { discriminator.parameters }
}

// MARK: Files

extension DiscriminatorFeatures {
  private static let statisticsKey = "statistics"

  public func saveWeights(to path: String) throws {
    try Safetensors.write(
      tensors: discriminator.weights,
      metadata: isPrepared ? [DiscriminatorFeatures.statisticsKey: "frozen"] : [:], to: path)
  }

  /// Reads a file of this type, with its frozen statistics if it has them, or the weights of a `DCGAN`.
  public func restoreWeights(from path: String) throws {
    let file = try SafetensorsFile(path: path)
    let hasStatistics = file.metadata[DiscriminatorFeatures.statisticsKey] != nil
    try file.load(into: hasStatistics ? discriminator.weights : discriminator.parameters)
    isPrepared = hasStatistics
  }
}
