/// The free choices of a coupled GAN.
public struct CoupledGANConfiguration: Codable, Sendable, Hashable {
  /// The side of images: 8, 16, 32, …
  public var side: Int
  /// Inputs of the generators, each from U(-1, 1).
  public var latents: Int
  /// Channels of the generators' widest layer; each further one has half.
  public var filters: Int
  /// Channels of the discriminators' first layer; each further one has twice as many.
  public var discriminatorFilters: Int
  public var batch: Int
  public var learningRate: Double
  public var beta1: Double
  /// The factor of L2 on all parameters; added to the gradients that Adam sees.
  public var weightDecay: Double
  /// Updates of a whole training. The learning rate stays what it is.
  public var updates: Int
  /// Steps of the search for the latents of an image.
  public var inversionSteps: Int
  /// Starts of that search, of which the best counts.
  public var inversionRestarts: Int
  /// The learning rate of that search.
  public var inversionRate: Double

  /// By default the public network for 128 pixels, of any side.
  public init(
    side: Int, latents: Int = 100, filters: Int = 1024, discriminatorFilters: Int = 32, batch: Int = 128,
    learningRate: Double = 2e-4, beta1: Double = 0.5, weightDecay: Double = 1e-4, updates: Int,
    inversionSteps: Int = 200, inversionRestarts: Int = 4, inversionRate: Double = 0.05
  ) {
    self.side = side
    self.latents = latents
    self.filters = filters
    self.discriminatorFilters = discriminatorFilters
    self.batch = batch
    self.learningRate = learningRate
    self.beta1 = beta1
    self.weightDecay = weightDecay
    self.updates = updates
    self.inversionSteps = inversionSteps
    self.inversionRestarts = inversionRestarts
    self.inversionRate = inversionRate
  }

  /// How often maps of 4 x 4 double until they have the side of an image.
  var doublings: Int { side.trailingZeroBitCount - 2 }

  /// Throws `ModelError.data` for choices that make no model.
  public func check() throws {
    func refuse(_ found: String, _ needed: String) -> ModelError {
      .data(model: CoupledGAN.name, found: found, needed: needed)
    }
    guard (8...1024).contains(side), side & (side - 1) == 0 else {
      throw refuse("images of side \(side)", "a power of two from 8 to 1024")
    }
    guard [latents, filters, discriminatorFilters].allSatisfy({ (1...4096).contains($0) }) else {
      throw refuse(
        "\(latents) latents, \(filters) and \(discriminatorFilters) filters", "1 to 4096 of each")
    }
    guard filters >> doublings > 0 else {
      throw refuse(
        "\(filters) filters, halved \(doublings) times up to \(side) pixels", "at least \(1 << doublings)")
    }
    guard batch > 1 else { throw refuse("a minibatch of \(batch)", "more than one image for its statistics") }
    guard (0...1_000_000).contains(inversionSteps), (1...1024).contains(inversionRestarts) else {
      throw refuse(
        "\(inversionSteps) steps of inversion from \(inversionRestarts) starts",
        "0 to 1000000 steps from 1 to 1024 starts")
    }
    try Schedule.check(batch: batch, updates: updates, model: CoupledGAN.name)
  }
}
