import Datasets
import Files
import Models
import Torch

/// Builds the model that a `train` step's parameters describe.
enum ModelFactory {
  static func make(
    _ parameters: JSON, images: any FactorImages, seed: UInt64, device: String
  ) throws -> any TrainableModel {
    let device = try checked(device)
    switch parameters["kind"]?.string {
    case "vae":
      return try BetaVAE(
        configuration: try parameters.parameters(as: BetaVAEConfiguration.self), images: images, seed: seed,
        device: device)
    case "dc-ign":
      return try DCIGN(
        configuration: try parameters.parameters(as: DCIGNConfiguration.self), images: images, seed: seed,
        device: device)
    case "infogan":
      return try InfoGAN(
        configuration: try parameters.parameters(as: InfoGANConfiguration.self), images: images, seed: seed,
        device: device)
    case let kind:
      throw StepsError(.failed, "no model is called '\(kind ?? "")'")
    }
  }

  /// A network that learns from a collection of images.
  static func network(
    _ parameters: JSON, images: any ByteImages, classes: SurrogateClasses? = nil, seed: UInt64,
    device: String
  ) throws -> any Trainable {
    let device = try checked(device)
    switch parameters["kind"]?.string {
    case "dcgan":
      return try DCGAN(
        configuration: try dcganConfiguration(parameters), images: images, seed: seed, device: device)
    case "exemplar-cnn":
      return try ExemplarCNN(
        configuration: try exemplarConfiguration(parameters), images: images, classes: classes, seed: seed,
        device: device)
    case let kind:
      throw StepsError(.failed, "no network is called '\(kind ?? "")'")
    }
  }

  /// The features of a network that a `train` step has left.
  ///
  /// - Parameter encoding: the parameters of the `encode` step.
  static func encoder(
    model folder: String, imageSide: Int, encoding: JSON, device: String
  ) throws -> any ImageEncoder {
    let parameters = try ModelDescription.read(from: folder)
    let device = try checked(device)
    let encoder: any ImageEncoder
    switch parameters["kind"]?.string {
    case "dcgan":
      let configuration = try dcganConfiguration(parameters)
      encoder = try DiscriminatorFeatures(
        configuration: configuration, keeping: encoding["layers"]?.array?.compactMap(\.int), seed: 0,
        device: device)
    case "exemplar-cnn":
      encoder = try ExemplarFeatures(
        configuration: try exemplarConfiguration(parameters), imageSide: imageSide,
        enlargement: encoding["enlargement"]?.int ?? 1, seed: 0, device: device)
    case let kind:
      throw StepsError(.failed, "no network is called '\(kind ?? "")'")
    }
    try encoder.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    return encoder
  }

  static func dcganConfiguration(_ parameters: JSON) throws -> DCGANConfiguration {
    struct Parameters: Decodable {
      let widths: [Int]
      let latents: Int
      let batch: Int
      let learningRate: Double
      let beta1: Double
      let weightDecay: Double
    }
    let given = try parameters.parameters(as: Parameters.self)
    var configuration = DCGANConfiguration.imageNet(
      widths: given.widths, latents: given.latents, batch: given.batch)
    configuration.learningRate = given.learningRate
    configuration.beta1 = given.beta1
    configuration.weightDecay = given.weightDecay
    return configuration
  }

  static func exemplarConfiguration(_ parameters: JSON) throws -> ExemplarCNNConfiguration {
    struct Parameters: Decodable {
      let channels: [Int]
      let hidden: Int
      let seeds: Int
      let copies: Int
      let colour: Bool
      let batch: Int
      let learningRate: Double
      let updates: Int
    }
    let given = try parameters.parameters(as: Parameters.self)
    return ExemplarCNNConfiguration(
      widths: given.channels, hidden: given.hidden, seeds: given.seeds, copies: given.copies,
      ranges: given.colour ? TransformationRanges() : TransformationRanges().withoutColour,
      batch: given.batch,
      learningRate: given.learningRate, updates: given.updates)
  }

  private static func checked(_ device: String) throws -> Device {
    let device = Device(rawValue: device) ?? .cpu
    try device.checkAvailable()
    return device
  }
}
