import Datasets
import Files
import Models
import Torch

/// Builds the model that a `train` step's parameters describe.
enum ModelFactory {
  static func make(
    _ parameters: JSON, images: any FactorImages, seed: UInt64, device: String
  ) throws -> any TrainableModel {
    let device = Device(rawValue: device) ?? .cpu
    try device.checkAvailable()
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
}
