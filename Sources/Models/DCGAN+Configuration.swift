/// The free choices of a DCGAN.
public struct DCGANConfiguration: Codable, Sendable, Hashable {
  /// What the generator's input is drawn from, element by element.
  public enum Prior: String, Codable, Sendable, CaseIterable {
    /// U(-1, 1)
    case uniform
    /// N(0, 1)
    case gaussian
  }

  /// Channels of the discriminator's convolutions; the generator mirrors them.
  public var widths: [Int]
  /// Strides of the discriminator's convolutions. Their product takes the side of an image to 4.
  public var strides: [Int]
  /// The side of every filter, odd.
  public var kernel: Int
  /// Inputs of the generator.
  public var latents: Int
  public var prior: Prior
  public var batch: Int
  public var learningRate: Double
  public var beta1: Double
  /// The factor of L2 on all parameters, gains and shifts included; added to the gradients that Adam sees.
  public var weightDecay: Double

  public init(
    widths: [Int], strides: [Int], kernel: Int = 3, latents: Int = 256, prior: Prior = .uniform,
    batch: Int = 128, learningRate: Double = 2e-4, beta1: Double = 0.5, weightDecay: Double = 1e-5
  ) {
    precondition(
      !widths.isEmpty && widths.count == strides.count, "every convolution has a width and a stride")
    precondition(
      widths.allSatisfy { $0 > 0 } && strides.allSatisfy { $0 > 0 }, "widths and strides are positive")
    precondition(kernel > 0 && kernel % 2 == 1, "a filter of odd side keeps maps centred, not \(kernel)")
    precondition(batch > 1, "batch statistics need more than one image")
    self.widths = widths
    self.strides = strides
    self.kernel = kernel
    self.latents = latents
    self.prior = prior
    self.batch = batch
    self.learningRate = learningRate
    self.beta1 = beta1
    self.weightDecay = weightDecay
  }

  /// The 32 x 32 network whose discriminator gave the features for CIFAR-10 (Radford et al. 2016, section 5.1): six
  /// convolutions of 3 x 3, every second one halving the maps.
  public static func imageNet(
    widths: [Int] = [128, 128, 256, 256, 512, 512], latents: Int = 256, batch: Int = 128
  ) -> DCGANConfiguration {
    DCGANConfiguration(
      widths: widths, strides: widths.indices.map { $0 % 2 + 1 }, latents: latents, batch: batch)
  }

  /// The 32 x 32 network of the released SVHN weights: three convolutions of 5 x 5, each halving the maps.
  public static func houseNumbers(
    widths: [Int] = [64, 128, 256], latents: Int = 100, batch: Int = 64
  ) -> DCGANConfiguration {
    DCGANConfiguration(
      widths: widths, strides: widths.map { _ in 2 }, kernel: 5, latents: latents, prior: .gaussian,
      batch: batch, learningRate: 5e-4)
  }

  /// The side of the maps after the last convolution, and to which all are pooled.
  static let finalSide = 4
  /// The side of the images that these strides take to 4 x 4.
  public var side: Int { strides.reduce(DCGANConfiguration.finalSide, *) }
}
