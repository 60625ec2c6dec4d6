/// The free choices of a stacked what-where autoencoder.
public struct WhatWhereConfiguration: Codable, Sendable, Hashable {
  /// Channels of the encoder's convolutions; the decoder mirrors them.
  public var widths: [Int]
  /// The side of each convolution's filters, odd.
  public var kernels: [Int]
  /// Numbers of the convolutions, from 1, that a max pooling of 2 x 2 follows.
  public var pools: [Int]
  /// The weight of the mean squared error of a pixel; pixels lie in -1...1.
  public var reconstructionWeight: Double
  /// The weight of the mean squared error of an activation, averaged over the layers that the decoder gives back.
  public var middleWeight: Double
  /// The share of the classifier's inputs that a training step leaves out.
  public var dropout: Double
  /// Whether the maps of all hidden convolutions are normalised by batch.
  public var isNormalised: Bool
  /// Labelled images of one update.
  public var labelledBatch: Int
  /// Unlabelled images of one update, where there is something to reconstruct.
  public var unlabelledBatch: Int
  public var learningRate: Double

  /// By default the network of the published SVHN row, (128)5c-2p-(128)3c-(256)3c-2p-(256)3c-2p-10fc.
  public init(
    widths: [Int] = [128, 128, 256, 256], kernels: [Int] = [5, 3, 3, 3], pools: [Int] = [1, 3, 4],
    reconstructionWeight: Double = 1, middleWeight: Double = 0.2, dropout: Double = 0,
    isNormalised: Bool = false, labelledBatch: Int = 32, unlabelledBatch: Int = 96,
    learningRate: Double = 1e-3
  ) {
    precondition(
      !widths.isEmpty && widths.count == kernels.count && widths.allSatisfy { $0 > 0 },
      "every convolution has a width and a kernel")
    precondition(
      kernels.allSatisfy { $0 > 0 && $0 % 2 == 1 }, "filters of odd side keep maps centred, not \(kernels)")
    precondition(
      pools.allSatisfy { (1...widths.count).contains($0) }, "pooling after \(pools) of \(widths.count)")
    precondition((0..<1).contains(dropout), "a dropout rate lies in 0..<1, not \(dropout)")
    precondition(labelledBatch > 0 && unlabelledBatch >= 0, "a minibatch has labelled images")
    self.widths = widths
    self.kernels = kernels
    self.pools = pools
    self.reconstructionWeight = reconstructionWeight
    self.middleWeight = middleWeight
    self.dropout = dropout
    self.isNormalised = isNormalised
    self.labelledBatch = labelledBatch
    self.unlabelledBatch = unlabelledBatch
    self.learningRate = learningRate
  }

  /// Whether training runs the decoder; where it does not, it has no use for unlabelled images.
  var reconstructs: Bool { reconstructionWeight != 0 || middleWeight != 0 }
  /// Unlabelled images that an update looks at.
  var unlabelledUsed: Int { reconstructs ? unlabelledBatch : 0 }
}
