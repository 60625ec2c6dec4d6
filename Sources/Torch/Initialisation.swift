/// How the weights of a layer start. Biases start at zero, except for `fanIn`.
public enum Initialisation: Sendable, Hashable {
  /// U(-a, a), a = sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010, eq. 16).
  case glorotUniform
  /// U(-a, a), a = 1 / sqrt(fan in), for the bias as well.
  case fanIn
  /// N(0, `deviation`²).
  case normal(deviation: Double)
  /// N(0, `gain` / fan in). A gain of 2 keeps the variance through layers of ReLU (He et al. 2015, eq. 10).
  case scaledNormal(gain: Double)

  /// A weight that is ready for training.
  func weight(_ shape: [Int], fanIn: Int, fanOut: Int, from generator: Generator) throws -> Tensor {
    let tensor =
      switch self {
      case .glorotUniform: try uniform(shape, bound: (6 / Double(fanIn + fanOut)).squareRoot(), generator)
      case .fanIn: try uniform(shape, bound: 1 / Double(fanIn).squareRoot(), generator)
      case .normal(let deviation): try generator.normal(shape, deviation: deviation)
      case .scaledNormal(let gain):
        try generator.normal(shape, deviation: (gain / Double(fanIn)).squareRoot())
      }
    return try tensor.requireGradient()
  }

  /// The bias beside such a weight.
  func bias(_ count: Int, fanIn: Int, from generator: Generator) throws -> Tensor {
    let tensor =
      switch self {
      case .fanIn: try uniform([count], bound: 1 / Double(fanIn).squareRoot(), generator)
      default: try Tensor(repeating: 0, shape: [count], device: generator.device)
      }
    return try tensor.requireGradient()
  }

  private func uniform(_ shape: [Int], bound: Double, _ generator: Generator) throws -> Tensor {
    try generator.uniform(shape, in: -bound..<bound)
  }
}
