/// The mutual information gap of Chen et al. 2018 (beta-TCVAE), section 4.
///
/// For each factor, the information of the most informative dimension minus that of the runner-up, in units of the
/// factor's entropy; the score is the mean over factors.
public struct MutualInformationGap: Sendable {
  public struct Options: Sendable, Codable, Equatable {
    /// Names of the scored factors; nil for all that vary in the pool.
    public var factors: [String]?
    /// Images from which information is estimated.
    public var samples: Int
    public var bins: Int

    public init(factors: [String]? = nil, samples: Int = 10_000, bins: Int = 20) {
      self.factors = factors
      self.samples = samples
      self.bins = bins
    }
  }

  public struct Score: Sendable, Codable, Equatable {
    /// Mean gap, 0 to 1.
    public var gap: Double
    public var factors: [String]
    /// The gap of each factor.
    public var gaps: [Double]
    /// The most informative dimension of each factor.
    public var dimensions: [Int]
    public var information: MutualInformation
  }

  public let options: Options

  public init(_ options: Options = Options()) throws(MetricsError) {
    try require(options.samples > 0, "samples", options.samples, "information is estimated from images")
    try require(options.bins > 1, "bins", options.bins, "one bin holds no information")
    self.options = options
  }

  public func score(_ pool: CodePool, seed: UInt64) throws(MetricsError) -> Score {
    let factors = try pool.scoredFactors(options.factors)
    return score(
      try FactorSample(pool, factors: factors, count: options.samples, .train, seed: seed))
  }

  /// The gap on a given sample. A code of one dimension has a runner-up without information; a factor with a single
  /// value in the sample has a gap of 0.
  public func score(_ sample: FactorSample) -> Score {
    let information = MutualInformation(sample, bins: options.bins)
    var gaps: [Double] = []
    var dimensions: [Int] = []
    for factor in sample.factors.indices {
      let (best, gap) = TopTwo.gap(information.information.map { $0[factor] })
      let entropy = information.entropies[factor]
      gaps.append(entropy > 0 ? gap / entropy : 0)
      dimensions.append(best)
    }
    return Score(
      gap: TopTwo.mean(gaps), factors: sample.factors, gaps: gaps, dimensions: dimensions,
      information: information)
  }
}

/// Comparing the best code dimension with the second best.
enum TopTwo {
  /// The position of the largest value (the first of equals) and its lead over the second largest, which is
  /// `fallback` when there is only one value.
  static func gap(_ values: [Double], fallback: Double = 0) -> (best: Int, gap: Double) {
    let best = values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
    let second = values.indices.filter { $0 != best }.map { values[$0] }.max() ?? fallback
    return (best, values.isEmpty ? 0 : values[best] - second)
  }

  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
