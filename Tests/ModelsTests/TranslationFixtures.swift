import Datasets
import Foundation
import Models

/// The images of `reference/translation.py`: symmetric, so that a flip makes no difference.
func symmetricImages(_ count: Int, side: Int, _ direction: TranslationDirection) -> ImageStack {
  var bytes: [UInt8] = []
  for i in 0..<count {
    for c in 0..<3 {
      for y in 0..<side {
        for x in (0..<side).map({ min($0, side - 1 - $0) }) {
          bytes.append(
            direction == .photosToLabels
              ? UInt8((x * (i % 5 + 1) + y * 3 + i * 7 + c * 5) % 11 * 23)
              : UInt8((x * (i % 3 + 2) + y * 5 + i * 3 + c * 4) % 7 * 40))
        }
      }
    }
  }
  return ImageStack(channels: 3, height: side, width: side, bytes: bytes)
}

/// PyTorch's runs, written by `reference/translation.py`.
struct TranslationReference: Decodable, Sendable {
  struct Run: Decodable, Sendable {
    let curve: [[String: Double]]
    /// The sum and the sum of squares of every tensor.
    let weights: [String: [Double]]
  }
  struct GAN: Decodable, Sendable {
    let generator: TranslationNetworks.Generator
    let filters, blocks, discriminatorFilters, discriminatorLayers, side: Int
    let adversarial: Bool
    let adversary: TranslationConfiguration.Adversary
    let forwardCycle, backwardCycle, identity, pixel, target: Double
    let isPaired, isConditional: Bool
    let batch, updates: Int
    let curve: [[String: Double]]
    let weights: [String: [Double]]

    var configuration: TranslationConfiguration {
      TranslationConfiguration(
        networks: TranslationNetworks(
          generator: generator, filters: filters, blocks: blocks, discriminatorFilters: discriminatorFilters,
          discriminatorLayers: discriminatorLayers),
        side: side, adversarial: adversarial, adversary: adversary, forwardCycle: forwardCycle,
        backwardCycle: backwardCycle, identity: identity, pixel: pixel, target: target, isPaired: isPaired,
        isConditional: isConditional, batch: batch, updates: updates)
    }
  }
  let gan: [GAN]
  let bidirectional, coupled, parser: Run

  static func load(file: String = #filePath) throws -> TranslationReference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return try JSONDecoder().decode(
      TranslationReference.self,
      from: Data(contentsOf: folder.appendingPathComponent("reference/translation.json")))
  }
}

extension TranslationNetworks {
  static let tiny = TranslationNetworks(
    filters: 2, blocks: 1, discriminatorFilters: 3, discriminatorLayers: 1)
}

/// One of each kind of translator in a tiny configuration, on images larger than it makes where it may.
enum TranslatorKind: String, CaseIterable, Sendable {
  case cycle, pairs, uNet, cyclesAlone, bidirectional, coupled

  func make(seed: UInt64 = 5) throws -> any ImageTranslator {
    let photos = symmetricImages(5, side: 12, .photosToLabels)
    let labels = symmetricImages(self == .pairs || self == .uNet ? 5 : 4, side: 12, .labelsToPhotos)
    func gan(_ change: (inout TranslationConfiguration) -> Void) throws -> TranslationGAN {
      var configuration = TranslationConfiguration(networks: .tiny, side: 8, pool: 2, updates: 100)
      change(&configuration)
      return try TranslationGAN(configuration: configuration, photos: photos, labels: labels, seed: seed)
    }
    return switch self {
    case .cycle: try gan { _ in }
    case .cyclesAlone: try gan { $0.adversarial = false }
    case .pairs, .uNet:
      try gan {
        ($0.forwardCycle, $0.backwardCycle, $0.target) = (0, 0, 10)
        ($0.isPaired, $0.isConditional) = (true, true)
        if self == .uNet { ($0.networks.generator, $0.dropout, $0.batch) = (.uNet, true, 2) }
      }
    case .bidirectional:
      try BidirectionalGAN(
        configuration: BidirectionalGANConfiguration(networks: .tiny, side: 8, pool: 2, updates: 100),
        photos: photos, labels: labels, seed: seed)
    case .coupled:
      try CoupledGAN(
        configuration: CoupledGANConfiguration(
          side: 8, latents: 4, filters: 4, discriminatorFilters: 2, batch: 3, updates: 100, inversionSteps: 5,
          inversionRestarts: 2),
        photos: photos, labels: labels, seed: seed)
    }
  }
}
