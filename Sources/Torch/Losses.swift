import CTorch

/// What a loss does with its elements.
public enum Reduction: Sendable {
  case none, mean, sum

  var handle: ctorch_reduction {
    switch self {
    case .none: .CTORCH_NONE
    case .mean: .CTORCH_MEAN
    case .sum: .CTORCH_SUM
    }
  }
}

// A target has the shape of what is judged; nothing broadcasts.
extension Tensor {
  /// -log p(target) for a Bernoulli variable with these logits: log(1 + exp(x)) - target x, without overflow.
  public func binaryCrossEntropy(logitsFor target: Tensor, reduction: Reduction) throws -> Tensor {
    try Tensor(
      owning: torch.bce_with_logits(handle, target.handle, reduction.handle), "binary cross-entropy",
      [self, target])
  }

  /// -log softmax(x)[class], for logits [n, classes] and n indices of classes (made by `Tensor(indices:)`).
  public func crossEntropy(classes: Tensor, reduction: Reduction) throws -> Tensor {
    try Tensor(
      owning: torch.cross_entropy(handle, classes.handle, reduction.handle), "cross-entropy over classes",
      [self, classes])
  }

  /// -log softmax(x)[class] of every pixel, for logits [n, classes, h, w] and indices [n, h, w] of classes. Pixels of
  /// class `ignored` count nowhere, and a mean over none but such is no number.
  public func crossEntropy(pixelClasses: Tensor, ignoring ignored: Int, reduction: Reduction) throws -> Tensor
  {
    try Tensor(
      owning: torch.pixel_cross_entropy(handle, pixelClasses.handle, Int64(ignored), reduction.handle),
      "cross-entropy over classes of pixels", [self, pixelClasses])
  }

  /// |x - target|
  public func absoluteError(_ target: Tensor, reduction: Reduction) throws -> Tensor {
    try Tensor(owning: torch.mae(handle, target.handle, reduction.handle), "absolute error", [self, target])
  }

  /// (x - target)²
  public func squaredError(_ target: Tensor, reduction: Reduction) throws -> Tensor {
    try Tensor(owning: torch.mse(handle, target.handle, reduction.handle), "squared error", [self, target])
  }

  /// -log N(x; mean, exp(logVariance)) in nats, element by element; shapes broadcast.
  public func gaussianSurprise(mean: Tensor, logVariance: Tensor) throws -> Tensor {
    try ((self - mean).squared() * (-logVariance).exp() + logVariance + logTwoPi) * 0.5
  }

  /// KL(N(mean, exp(logVariance)) || N(0, 1)) in nats, element by element (Kingma and Welling 2014, appendix B).
  public static func gaussianDivergence(mean: Tensor, logVariance: Tensor) throws -> Tensor {
    try (mean.squared() + logVariance.exp() - logVariance - 1) * 0.5
  }
}

/// log(2 pi), the part of a Gaussian's surprise that no parameter changes.
private let logTwoPi = 1.837_877_066_409_345_5
