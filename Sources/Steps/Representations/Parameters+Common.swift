import Manifest
import Torch

/// Parameters that several kinds share.
extension Parameter {
  static func images(
    _ path: WritableKeyPath<Root, String> & Sendable,
    _ summary: String = "the images that the representation is learned from, without their labels"
  ) -> Parameter {
    Parameter("images", path, among: imageSets, use: .planning, summary)
  }

  static func standardise(_ path: WritableKeyPath<Root, Bool> & Sendable) -> Parameter {
    Parameter("standardise", path, use: .encoding, "scale features before the classifier")
  }

  static func updates(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter(
      "updates", path, in: 0...100_000_000, required: true,
      "optimiser updates; 0 leaves the network as initialised")
  }

  static func precision(_ path: WritableKeyPath<Root, Precision> & Sendable) -> Parameter {
    Parameter(
      "precision", path, added: true,
      "what products are computed of while training; bf16 is faster where the processor has instructions for it"
    )
  }

  static func threads(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter(
      "threads", path, in: 1...1024,
      "threads of the training; part of the identity, because sums depend on it")
  }
}
