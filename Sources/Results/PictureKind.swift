/// A picture that a step leaves of a row, beside the charts that are drawn from numbers.
public enum PictureKind: String, Sendable, CaseIterable {
  case traversal, responses, filters, samples, walk, arithmetic, reconstructions, cycles

  /// The picture's name in the folder of figures.
  public func file(of row: String) -> String { "\(rawValue)-\(row).png" }

  /// What it shows, before the row's label.
  public var caption: String {
    switch self {
    case .traversal: "Latent traversals of"
    case .responses:
      "Mean response of each latent to position, scale and orientation (blue squares, orange ellipses, black hearts), and the "
        + "share of its variance that each factor explains, of"
    case .filters: "First-layer filters of"
    case .samples: "Samples of"
    case .walk: "Walks through the input space of"
    case .arithmetic: "Arithmetic in the input space of"
    case .reconstructions: "Reconstructions by"
    case .cycles: "Test scenes, what is made of them and of that again, by"
    }
  }
}
