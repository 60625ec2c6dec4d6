/// What generators and discriminators between two domains of images look like.
public struct TranslationNetworks: Codable, Sendable, Hashable {
  public enum Generator: String, Codable, Sendable, CaseIterable {
    /// Two convolutions that halve, residual blocks, two that double (Johnson et al. 2016; Zhu et al. 2017, appendix).
    case resnet
    /// Convolutions that halve down to one pixel and back, with the maps of equal size joined (Isola et al. 2017).
    case uNet = "u-net"
  }

  public var generator: Generator
  /// Channels of a generator's first maps; 64 in the paper.
  public var filters: Int
  /// Residual blocks of a `resnet`: 6 at 128 pixels, 9 at 256 in the paper.
  public var blocks: Int
  /// Channels of a discriminator's first maps; 64 in the paper.
  public var discriminatorFilters: Int
  /// Convolutions of a discriminator that halve the maps. 3 give each score a receptive field of 70 pixels, 2 of 34,
  /// 1 of 16.
  public var discriminatorLayers: Int

  public init(
    generator: Generator = .resnet, filters: Int = 64, blocks: Int = 6, discriminatorFilters: Int = 64,
    discriminatorLayers: Int = 3
  ) {
    self.generator = generator
    self.filters = filters
    self.blocks = blocks
    self.discriminatorFilters = discriminatorFilters
    self.discriminatorLayers = discriminatorLayers
  }

  /// What keeps these networks from images of `side` pixels, or nil.
  func problem(side: Int) -> (found: String, needed: String)? {
    let counts = [filters, discriminatorFilters, discriminatorLayers]
    guard counts.allSatisfy({ (1...4096).contains($0) }), (0...1024).contains(blocks),
      discriminatorLayers <= 8
    else {
      return (
        "networks of \(filters) and \(discriminatorFilters) filters, \(blocks) blocks and "
          + "\(discriminatorLayers) discriminator layers",
        "1 to 4096 filters, 0 to 1024 blocks and 1 to 8 discriminator layers"
      )
    }
    switch generator {
    case .resnet where !(8...4096).contains(side) || side % 4 != 0:
      return ("a side of \(side) pixels", "a multiple of 4 from 8 on for residual generators")
    case .uNet where !(8...4096).contains(side) || side & (side - 1) != 0:
      return ("a side of \(side) pixels", "a power of two from 8 on for U-nets")
    default: return nil
    }
  }
}
