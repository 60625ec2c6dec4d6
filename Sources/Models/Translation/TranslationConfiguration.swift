/// CycleGAN, its ablations, a GAN with pixel or feature loss, and pix2pix: what differs is which terms the loss has.
///
/// G makes photographs y of labels x, F makes labels of photographs. The cycle terms carry their direction; every other
/// term is there once for each of G and F.
public struct TranslationConfiguration: Codable, Sendable, Hashable {
  /// How a discriminator's scores are judged.
  public enum Adversary: String, Codable, Sendable, CaseIterable {
    /// (score - 1)² for real, score² for generated images (Mao et al. 2017)
    case leastSquares = "least-squares"
    /// -log sigmoid(score), -log(1 - sigmoid(score)) (Goodfellow et al. 2014); generators maximise log sigmoid(score)
    case crossEntropy = "cross-entropy"
  }

  public var networks: TranslationNetworks
  /// The side of what generators see and make. Training images may be larger: each is cropped at random.
  public var side: Int
  /// Whether there are discriminators.
  public var adversarial: Bool
  public var adversary: Adversary
  /// The weight of |F(G(x)) - x|, x labels; 0 leaves it out.
  public var forwardCycle: Double
  /// The weight of |G(F(y)) - y|, y photographs.
  public var backwardCycle: Double
  /// The weight of |G(y) - y| + |F(x) - x|.
  public var identity: Double
  /// The weight of |G(x) - x| + |F(y) - y|.
  public var pixel: Double
  /// The weight of the same between deep features of the images.
  public var feature: Double
  /// The weight of |G(x) - y| + |F(y) - x|, for x and y of one pair.
  public var target: Double
  /// Whether photograph i belongs to labels i, and both are drawn, cropped and flipped together.
  public var isPaired: Bool
  /// Whether discriminators see what an image was made of beside it, in six channels.
  public var isConditional: Bool
  /// Whether a U-net's three innermost decoder layers lose half of their units, in training and when translating.
  public var dropout: Bool
  /// Generated images that each discriminator keeps to look at again; 0 for none.
  public var pool: Int
  public var batch: Int
  public var learningRate: Double
  public var beta1: Double
  /// Updates of a whole training. In its second half the learning rate falls linearly, to 0 at the end.
  public var updates: Int

  /// By default CycleGAN as published.
  public init(
    networks: TranslationNetworks = TranslationNetworks(), side: Int, adversarial: Bool = true,
    adversary: Adversary = .leastSquares, forwardCycle: Double = 10, backwardCycle: Double = 10,
    identity: Double = 0, pixel: Double = 0, feature: Double = 0, target: Double = 0, isPaired: Bool = false,
    isConditional: Bool = false, dropout: Bool = false, pool: Int = 50, batch: Int = 1,
    learningRate: Double = 2e-4, beta1: Double = 0.5, updates: Int
  ) {
    self.networks = networks
    self.side = side
    self.adversarial = adversarial
    self.adversary = adversary
    self.forwardCycle = forwardCycle
    self.backwardCycle = backwardCycle
    self.identity = identity
    self.pixel = pixel
    self.feature = feature
    self.target = target
    self.isPaired = isPaired
    self.isConditional = isConditional
    self.dropout = dropout
    self.pool = pool
    self.batch = batch
    self.learningRate = learningRate
    self.beta1 = beta1
    self.updates = updates
  }

  /// Throws `ModelError.data` for choices that make no model.
  ///
  /// - Parameter hasFeatures: whether there is a network of deep features.
  public func check(hasFeatures: Bool) throws {
    func refuse(_ found: String, _ needed: String) -> ModelError {
      .data(model: TranslationGAN.name, found: found, needed: needed)
    }
    if let problem = networks.problem(side: side) { throw refuse(problem.found, problem.needed) }
    let weights = [forwardCycle, backwardCycle, identity, pixel, feature, target]
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw refuse("loss weights of \(weights)", "none below 0")
    }
    guard adversarial || weights.contains(where: { $0 > 0 }) else {
      throw refuse("a loss without terms", "discriminators, or a term with a weight")
    }
    if target > 0 || isConditional, !isPaired {
      throw refuse(
        target > 0 ? "a distance from the target" : "conditional discriminators", "pairs of images")
    }
    if feature > 0, !hasFeatures { throw refuse("a distance of deep features", "a network for them") }
    if dropout, networks.generator != .uNet { throw refuse("dropout in residual generators", "U-nets") }
    try Schedule.check(batch: batch, pool: pool, updates: updates, model: TranslationGAN.name)
  }
}

/// The learning rate of translators over a training.
enum Schedule {
  /// Constant for the first half of `updates`, then falling linearly, to 0 after the last.
  static func rate(_ rate: Double, update: Int, of updates: Int) -> Double {
    let constant = (Double(updates) * 0.5).rounded()
    let left = Double(updates - update) / max(1, Double(updates) - constant)
    return rate * min(1, max(0, left))
  }

  static func check(batch: Int, pool: Int = 0, updates: Int, model: String) throws {
    guard (1...65536).contains(batch), (0...65536).contains(pool), (0...(1 << 53)).contains(updates) else {
      throw ModelError.data(
        model: model, found: "minibatches of \(batch), a pool of \(pool) and \(updates) updates",
        needed: "minibatches of 1 to 65536, a pool of 0 to 65536 images, and no negative number of updates")
    }
  }
}
