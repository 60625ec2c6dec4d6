import Datasets
import Randomness
import Torch

/// The features of an Exemplar CNN, as the authors' released evaluation takes them: the network slid over the image,
/// every layer but the softmax after ReLU, the maximum of each quadrant of each map, and each layer divided by the
/// 99.99th percentile of its features.
///
/// The released script takes percentiles and the mean image from whatever images it encodes; here both come from the
/// training images given to `prepare`, once, so that the features of a test image do not depend on the images beside it.
public final class ExemplarFeatures: ImageEncoder {
  public let configuration: ExemplarCNNConfiguration
  /// How many times larger an image is made first, by bicubic interpolation: 2 in the released evaluation, 1 for none.
  public let enlargement: Int
  public let layerFeatures: [Range<Int>]
  public private(set) var isPrepared = false
  private let side: Int
  private let device: Device
  private let network: ExemplarNetwork
  /// The mean image after enlargement, [3, side, side].
  private let mean: Tensor
  /// What each layer is divided by.
  private let scales: Tensor
  /// The enlargement of one axis, [side, image side]; its transpose.
  private let resampling: (rows: Tensor, columns: Tensor)?

  /// The network that an `ExemplarCNN` of this seed starts with: random, until weights are restored.
  ///
  /// - Parameter imageSide: the side of the images to come, a multiple of 4 and at least 32.
  public init(
    configuration: ExemplarCNNConfiguration, imageSide: Int = 32, enlargement: Int = 2, seed: UInt64,
    device: Device = .cpu
  ) throws {
    precondition(
      imageSide >= SeedPatch.side && imageSide % 4 == 0, "images of \(imageSide) x \(imageSide) pixels")
    precondition(enlargement > 0, "an enlargement of \(enlargement)")
    self.configuration = configuration
    self.enlargement = enlargement
    self.device = device
    side = imageSide * enlargement
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    network = try ExemplarNetwork(configuration, classes: nil, generator: initial, device: device)
    let hiddenSide = side / 4 - 8 + 1
    let widths =
      configuration.widths.map { 4 * $0 } + [hiddenSide > 1 ? 4 * configuration.hidden : configuration.hidden]
    layerFeatures = consecutiveRanges(widths)
    mean = try Tensor(repeating: 0, shape: [3, side, side], device: device)
    scales = try Tensor(repeating: 1, shape: [widths.count], device: device)
    let bicubic = BicubicResampling(from: imageSide, to: side)
    let rows = try Tensor(bicubic.matrix, shape: [side, imageSide], device: device)
    resampling = enlargement > 1 ? (rows, try rows.transposed()) : nil
  }

  public var featureCount: Int { layerFeatures.last?.upperBound ?? 0 }
  public var units: Int { max(configuration.widths.max() ?? 0, configuration.hidden) }

  private static let percentile = 0.9999

  /// Takes the mean image, then the percentiles: two passes over the images, of which the second costs as much as
  /// encoding them.
  public func prepare(
    _ images: any ByteImages, indices: [Int], progress: (Double) throws -> Void
  ) throws {
    try check(images)
    guard !indices.isEmpty else {
      throw ModelError.images(
        model: "an Exemplar CNN", found: "no training images", needed: "some for statistics")
    }
    isPrepared = false
    let parts = blocks(0..<indices.count, of: inferenceBatch).map { Array(indices[$0]) }
    try withoutGradient {
      var sum = try Tensor(repeating: 0, shape: mean.shape, device: device)
      for part in parts { sum = try sum + enlarged(images, part).sum(along: 0) }
      try mean.assign(sum * (1 / Double(indices.count)))
      var quantiles = layerFeatures.map {
        UpperQuantile(ExemplarFeatures.percentile, of: indices.count * $0.count)
      }
      for (number, part) in parts.enumerated() {
        for (layer, features) in try pooled(images, part).enumerated() {
          quantiles[layer].add(try features.elements())
        }
        try progress(Double(number + 1) / Double(parts.count))
      }
      // A layer that never answers has nothing to divide.
      let divisors = quantiles.indices.map { layer in
        let value = quantiles[layer].value()
        return value > 0 ? value : 1
      }
      try scales.assign(Tensor(divisors, shape: [divisors.count]))
    }
    isPrepared = true
  }

  public func encode(
    _ images: any ByteImages, indices: [Int], into features: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard isPrepared else { throw ModelError.unprepared(encoder: "an Exemplar CNN") }
    try check(images)
    let divisors = try scales.elements()
    try fillRows(indices.count, columns: featureCount, into: features) { range in
      try Tensor.concatenate(
        zip(pooled(images, Array(indices[range])), divisors).map { features, divisor in
          try features.reshaped([range.count, -1]) * (1 / Double(divisor))
        }, along: 1)
    }
  }

  /// The maximum of each quadrant of every layer's maps, before scaling: [n, channels, 2, 2].
  private func pooled(_ images: any ByteImages, _ part: [Int]) throws -> [Tensor] {
    let input = try (enlarged(images, part) - mean) * exemplarScale
    return try network.maps(of: input).map { map in
      let quadrant = (map.shape[2] + 1) / 2
      return map.shape[2] > 1 ? try map.maxPool2d(kernel: quadrant, coversEdge: true) : map
    }
  }

  /// These images as a tensor [n, 3, side, side] of values in 0...255.
  private func enlarged(_ images: any ByteImages, _ part: [Int]) throws -> Tensor {
    let bytes = try load(part, of: images, levels: byteLevels, to: device)
    guard let resampling else { return bytes }
    return try resampling.rows.matrixProduct(bytes.matrixProduct(resampling.columns)).clamped(to: 0...255)
  }

  private func check(_ images: any ByteImages) throws {
    guard images.channels == 3, images.height * enlargement == side, images.width * enlargement == side else {
      throw ModelError.images(
        model: "an Exemplar CNN",
        found: "images of \(images.width) x \(images.height) pixels and \(images.channels) channels",
        needed: "\(side / enlargement) x \(side / enlargement) in colour")
    }
  }
}

private let byteLevels = (0..<256).map(Float.init)

// MARK: Files

extension ExemplarFeatures {
  private static let statisticsKey = "statistics"
  private var statistics: [NamedTensor] {
    [NamedTensor("features.mean", mean), NamedTensor("features.scales", scales)]
  }

  public func saveWeights(to path: String) throws {
    try Safetensors.write(
      tensors: network.featureWeights + (isPrepared ? statistics : []),
      metadata: isPrepared ? [ExemplarFeatures.statisticsKey: "frozen"] : [:], to: path)
  }

  /// Reads a file of this type, with its statistics if it has them, or the weights of an `ExemplarCNN`.
  public func restoreWeights(from path: String) throws {
    let file = try SafetensorsFile(path: path)
    let hasStatistics = file.metadata[ExemplarFeatures.statisticsKey] != nil
    try file.load(into: network.featureWeights + (hasStatistics ? statistics : []))
    isPrepared = hasStatistics
  }
}
