/// The free choices of an Exemplar CNN.
public struct ExemplarCNNConfiguration: Codable, Sendable, Hashable {
  /// Channels of the 5 x 5 convolutions, two or three of them.
  public var widths: [Int]
  /// Units of the fully connected layer.
  public var hidden: Int
  /// Seed patches, each from another image: the surrogate classes, unless clusters join them.
  public var seeds: Int
  /// Transformed copies of each seed patch. They are fixed, so an epoch is `seeds * copies` patches.
  public var copies: Int
  public var ranges: TransformationRanges
  public var batch: Int
  public var learningRate: Double
  public var momentum: Double
  /// Before the factors of each layer.
  public var weightDecay: Double
  /// The share of the fully connected layer's units that a training step leaves out.
  public var dropout: Double
  /// The length of training, over which the learning rate falls; 0 leaves the network as it starts.
  public var updates: Int

  public init(
    widths: [Int], hidden: Int, seeds: Int, copies: Int = 150, ranges: TransformationRanges = .init(),
    batch: Int = 128, learningRate: Double = 0.01, momentum: Double = 0.9, weightDecay: Double = 0.004,
    dropout: Double = 0.5, updates: Int
  ) {
    precondition(widths.count == 2 || widths.count == 3, "an Exemplar CNN has two or three convolutions")
    precondition(seeds > 0 && copies > 0 && updates >= 0, "there are classes and copies of them")
    self.widths = widths
    self.hidden = hidden
    self.seeds = seeds
    self.copies = copies
    self.ranges = ranges
    self.batch = batch
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.dropout = dropout
    self.updates = updates
  }

  /// The learning rate of an update, counted from 0: the released schedule (1.2 M updates, then 120 k, 120 k, 60 k and
  /// 60 k at 0.4, 0.1, 0.04 and 0.01 of the rate) stretched to this training length.
  public func learningRate(at update: Int) -> Double {
    let thousands = Double(update) / Double(updates) * 1560
    let factor =
      switch thousands {
      case ..<1200: 1.0
      case ..<1320: 0.4
      case ..<1440: 0.1
      case ..<1500: 0.04
      default: 0.01
      }
    return learningRate * factor
  }
}
