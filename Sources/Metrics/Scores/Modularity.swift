/// Modularity of Ridgeway and Mozer 2018, section 3.
///
/// A dimension is modular when it carries information on one factor only: with m_k its information on factor k and
/// m the largest of them, its score is 1 - (sum_k m_k^2 - m^2) / (m^2 (K - 1)). Dimensions without any information
/// score 0; the result is the mean over dimensions.
public struct Modularity: Sendable {
  public typealias Options = MutualInformationGap.Options

  public struct Score: Sendable, Codable, Equatable {
    /// Mean over dimensions, 0 to 1.
    public var modularity: Double
    public var factors: [String]
    /// One value for each dimension.
    public var dimensions: [Double]
    public var information: MutualInformation
  }

  public let options: Options

  public init(_ options: Options = Options()) throws(MetricsError) {
    self.options = try MutualInformationGap(options).options
  }

  public func score(_ pool: CodePool, seed: UInt64) throws(MetricsError) -> Score {
    let factors = try pool.scoredFactors(options.factors)
    return try score(FactorSample(pool, factors: factors, count: options.samples, .train, seed: seed))
  }

  /// Throws for fewer than two factors, where the definition divides by zero.
  public func score(_ sample: FactorSample) throws(MetricsError) -> Score {
    guard sample.factors.count > 1 else {
      throw .tooFewFactors(metric: "modularity", needed: 2, given: sample.factors.count)
    }
    let information = MutualInformation(sample, bins: options.bins)
    let dimensions = information.information.map { row in
      let squares = row.map { $0 * $0 }
      let largest = squares.max() ?? 0
      guard largest > 0 else { return 0.0 }
      return 1 - (squares.reduce(0, +) - largest) / (largest * Double(row.count - 1))
    }
    return Score(
      modularity: TopTwo.mean(dimensions), factors: sample.factors, dimensions: dimensions,
      information: information)
  }
}
