import LinearAlgebra

/// The metric of Kim and Mnih 2018 (FactorVAE), section 4.
///
/// A vote holds a factor k at one value over a batch of images and names the code dimension whose variance, in
/// units of its variance over the whole pool, is smallest. The classifier maps each dimension to the factor that
/// voted for it most; the score is the share of fresh votes it gets right.
public struct FactorVAEScore: Sendable {
  public struct Options: Sendable, Codable, Equatable {
    /// Names of the factors that may be held; nil for all that vary in the pool.
    public var factors: [String]?
    /// Images of one vote.
    public var batch: Int
    public var trainVotes: Int
    public var testVotes: Int
    /// Images from which the variance of each dimension over the pool is estimated.
    public var varianceSamples: Int
    /// Dimensions with a smaller standard deviation over the pool are left out.
    public var activeThreshold: Double

    public init(
      factors: [String]? = nil, batch: Int = 64, trainVotes: Int = 10_000, testVotes: Int = 5000,
      varianceSamples: Int = 10_000, activeThreshold: Double = 0.05
    ) {
      self.factors = factors
      self.batch = batch
      self.trainVotes = trainVotes
      self.testVotes = testVotes
      self.varianceSamples = varianceSamples
      self.activeThreshold = activeThreshold
    }
  }

  public struct Score: Sendable, Codable, Equatable {
    /// Share of fresh votes classified correctly; 0 when no dimension is active.
    public var accuracy: Double
    public var trainAccuracy: Double
    public var factors: [String]
    /// Dimensions whose standard deviation over the pool reaches the threshold.
    public var activeDimensions: [Int]
    /// votes[d][k]: training votes of factor k for dimension d.
    public var votes: [[Int]]
  }

  public let options: Options

  public init(_ options: Options = Options()) throws(MetricsError) {
    try require(options.batch > 1, "batch", options.batch, "a variance needs two images")
    try require(options.trainVotes > 0, "trainVotes", options.trainVotes, "the classifier needs votes")
    try require(options.testVotes > 0, "testVotes", options.testVotes, "the accuracy needs votes")
    try require(
      options.varianceSamples > 1, "varianceSamples", options.varianceSamples, "a variance needs two images")
    self.options = options
  }

  public func score(_ pool: CodePool, seed: UInt64) throws(MetricsError) -> Score {
    let factors = try pool.scoredFactors(options.factors)
    let names = factors.map { pool.grid.names[$0] }
    let streams = DrawStreams(seed: seed)
    let variances = poolVariances(pool, streams)
    let active = variances.indices.filter {
      variances[$0] > 0 && Double(variances[$0]).squareRoot() >= options.activeThreshold
    }
    var table = [[Int]](repeating: [Int](repeating: 0, count: factors.count), count: pool.dimensions)
    guard !active.isEmpty, !factors.isEmpty else {
      return Score(accuracy: 0, trainAccuracy: 0, factors: names, activeDimensions: [], votes: table)
    }
    let votes = Votes(
      pool: pool, samplers: factors.map { HeldFactorSampler(pool, factor: $0) }, batch: options.batch,
      active: active, variances: variances)
    let train = votes.draw(options.trainVotes, .train, streams)
    for vote in train { table[vote.dimension][vote.factor] += 1 }
    let majority = table.map { counts in counts.indices.max { counts[$0] < counts[$1] } ?? 0 }
    func accuracy(_ votes: [Votes.Vote]) -> Double {
      Double(votes.count { majority[$0.dimension] == $0.factor }) / Double(votes.count)
    }
    return Score(
      accuracy: accuracy(votes.draw(options.testVotes, .test, streams)), trainAccuracy: accuracy(train),
      factors: names, activeDimensions: active, votes: table)
  }

  /// Variance (n - 1) of each dimension over images drawn uniformly from the pool.
  private func poolVariances(_ pool: CodePool, _ streams: DrawStreams) -> [Float] {
    var stream = streams.stream(.globalVariance, 0)
    let members = (0..<options.varianceSamples).map { _ in Int32(stream.index(below: pool.count)) }
    var variances = [Float](repeating: 0, count: pool.dimensions)
    var moments = BatchVariance(pool.codes)
    variances.withUnsafeMutableBufferPointer { moments.variances(of: members, into: $0) }
    return variances
  }
}

/// Draws the votes.
private struct Votes {
  struct Vote: Sendable {
    var dimension: Int
    var factor: Int
  }

  let pool: CodePool
  let samplers: [HeldFactorSampler]
  let batch: Int
  let active: [Int]
  let variances: [Float]

  func draw(_ count: Int, _ purpose: DrawStreams.Purpose, _ streams: DrawStreams) -> [Vote] {
    var votes = [Vote](repeating: Vote(dimension: 0, factor: 0), count: count)
    votes.withUnsafeMutableBufferPointer { votes in
      // Each range writes its own votes and no others.
      nonisolated(unsafe) let votes = votes
      concurrently(count) { range in
        var moments = BatchVariance(pool.codes)
        var members = [Int32](repeating: 0, count: batch)
        var local = [Float](repeating: 0, count: pool.dimensions)
        for vote in range {
          var stream = streams.stream(purpose, vote)
          let factor = stream.index(below: samplers.count)
          let first = samplers[factor].first(&stream)
          members[0] = Int32(first)
          for image in 1..<batch { members[image] = Int32(samplers[factor].partner(of: first, &stream)) }
          local.withUnsafeMutableBufferPointer { moments.variances(of: members, into: $0) }
          votes[vote] = Vote(dimension: steadiest(local), factor: factor)
        }
      }
    }
    return votes
  }

  /// The active dimension with the smallest share of its variance left; the first of equals.
  private func steadiest(_ local: [Float]) -> Int {
    var best = active[0]
    for dimension in active.dropFirst()
    where local[dimension] / variances[dimension] < local[best] / variances[best] {
      best = dimension
    }
    return best
  }
}
