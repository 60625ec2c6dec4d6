import Datasets
import LinearAlgebra
import Randomness
import Torch

/// A stacked what-where autoencoder (Zhao, Mathieu, Goroshin and LeCun 2015): a convolutional classifier each of whose
/// max poolings passes its maxima up ("what") and their positions sideways ("where"), and a decoder that puts values
/// back at these positions and convolves. All terms of
///
///     -log p(label) + reconstruction weight * pixel error + middle weight * activation error
///
/// are trained together, the first on labelled images and the others on all. Errors are mean squares, over pixels in
/// -1...1 and over activations, so that weights compare. Positions are hard and have no gradient; encoder and decoder
/// share no weights. Convolutions keep the size of maps. Where both weights are zero, the decoder is not run and
/// unlabelled images are not looked at.
public final class WhatWhereAutoencoder: ImageClassifier, Restorable {
  public let configuration: WhatWhereConfiguration
  private let images: any ByteImages
  private let size: ImageSize
  private let device: Device
  private let network: WhatWhereNetwork
  private let optimiser: Adam
  private let dropout: Torch.Generator
  private var labelled: LabelledMinibatches
  private var unlabelled: ItemMinibatches?
  private static let name = "what-where autoencoder"

  /// - Parameters:
  ///   - labelled: indices of images that have a label, with `labels` in the same order.
  ///   - unlabelled: indices of further images.
  /// - Throws: `ModelError.images` unless the poolings divide the sides of the images, `ModelError.data` where labels or
  ///   indices are out of range or do not fill a minibatch.
  public init(
    configuration: WhatWhereConfiguration, images: any ByteImages, labelled: [Int], labels: [Int],
    unlabelled: [Int], classes: Int, seed: UInt64, device: Device = .cpu
  ) throws {
    self.configuration = configuration
    self.images = images
    self.device = device
    size = ImageSize(images)
    self.labelled = try LabelledMinibatches(
      labelled, labels: labels, classes: classes, of: images.count, batch: configuration.labelledBatch,
      model: WhatWhereAutoencoder.name, seed: seed)
    self.unlabelled =
      configuration.unlabelledUsed > 0
      ? try ItemMinibatches(
        unlabelled, kind: "unlabelled", of: images.count, batch: configuration.unlabelledUsed,
        model: WhatWhereAutoencoder.name,
        source: RandomStream(seed: seed, stream: Purpose.minibatches.rawValue)) : nil
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    network = try WhatWhereNetwork(
      configuration, size: size, classes: classes, model: WhatWhereAutoencoder.name, generator: initial,
      device: device)
    optimiser = try Adam(network.parameters, learningRate: configuration.learningRate)
    dropout = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .dropout), device: device)
  }

  public var updates: Int { optimiser.updates }

  /// One step on labelled and unlabelled images together. Reports `loss`, `classification` (nats per labelled image),
  /// `accuracy` (on the labelled images of the minibatch, with dropout), and where they have a weight `reconstruction` and
  /// `middle`, before their weights.
  public func update() throws -> [String: Double] {
    let (items, labels) = labelled.minibatch(updates)
    let others = unlabelled?.items(ofMinibatch: updates) ?? []
    let input = try load(items + others, of: images, levels: signedLevels, to: device)
    let code = try network.encode(input, .training)
    let drops = configuration.dropout > 0 ? (configuration.dropout, dropout) : nil
    let logits = try network.logits(code, first: items.count, dropout: drops)
    let classification = try logits.crossEntropy(
      classes: Tensor(indices: labels, device: device), reduction: .mean)
    var report = [
      "classification": try classification.scalar(), "accuracy": try accuracy(of: logits, labels),
    ]
    var loss = classification
    if configuration.reconstructs {
      let decoded = try network.decode(code, .training)
      if configuration.reconstructionWeight != 0 {
        let error = try decoded.images.squaredError(input, reduction: .mean)
        report["reconstruction"] = try error.scalar()
        loss = try loss + error * configuration.reconstructionWeight
      }
      if configuration.middleWeight != 0, let error = try network.middle(code, decoded.maps) {
        report["middle"] = try error.scalar()
        loss = try loss + error * configuration.middleWeight
      }
    }
    try loss.backward()
    try optimiser.update()
    report["loss"] = try loss.scalar()
    return report
  }
}

// MARK: What the model says about images

extension WhatWhereAutoencoder {
  /// Where maps are normalised, the running statistics of training are used: they move a tenth of the way to those of
  /// every minibatch, and are among the weights.
  public func predict(_ images: any ByteImages, indices: [Int]) throws -> [Int] {
    try inBlocks(of: images, indices) { code, count in try mostProbable(network.logits(code, first: count)) }
  }

  /// The decoder's images from these images' own tops and switches, n x pixels in 0...1: channel after channel, row-major
  /// within a channel.
  public func reconstruct(_ images: any ByteImages, indices: [Int]) throws -> Matrix<Float> {
    let pixels = size.channels * size.height * size.width
    let elements = try inBlocks(of: images, indices) { code, count in
      try ((network.decode(code, .evaluation).images + 1) * 0.5).clamped(to: 0...1)
        .reshaped([count, pixels]).elements()
    }
    return Matrix(rows: indices.count, columns: pixels, elements: elements)
  }

  private func inBlocks<Result>(
    of images: any ByteImages, _ indices: [Int], _ body: (WhatWhereNetwork.Code, Int) throws -> [Result]
  ) throws -> [Result] {
    try size.check(images, indices, model: WhatWhereAutoencoder.name)
    return try withoutGradient {
      try blocks(0..<indices.count, of: inferenceBatch).flatMap { range in
        let input = try load(Array(indices[range]), of: images, levels: signedLevels, to: device)
        return try body(network.encode(input, .evaluation), range.count)
      }
    }
  }
}

// MARK: Files

extension WhatWhereAutoencoder {
  public var state: TrainingState {
    var streams = ["labelled": labelled.source]
    streams["minibatches"] = unlabelled?.order.source
    return TrainingState(
      weights: network.weights, optimisers: ["optimiser": optimiser], generators: ["dropout": dropout],
      streams: streams)
  }

  public func resume(from checkpoint: Checkpoint) throws {
    labelled.source = try checkpoint.stream("labelled")
    if unlabelled != nil { unlabelled?.order.source = try checkpoint.stream("minibatches") }
  }
}
