import LinearAlgebra
import Randomness

/// Codes and factor values of images drawn uniformly from a pool, with repeats: what the metrics that need no
/// pairs are computed on.
public struct FactorSample: Sendable {
  /// One row for each image.
  public let codes: Matrix<Float>
  /// Names of the scored factors.
  public let factors: [String]
  /// labels[k][i]: which of the values that factor k takes in the pool image i shows, counted from 0.
  public let labels: [[Int]]
  /// How many values each factor takes in the pool.
  public let classes: [Int]

  /// A sample put together by hand; `labels[k][i]` is in `0..<classes[k]`.
  public init(codes: Matrix<Float>, factors: [String], labels: [[Int]], classes: [Int]) throws(MetricsError) {
    guard factors.count == labels.count, factors.count == classes.count,
      labels.allSatisfy({ $0.count == codes.rows })
    else { throw .poolMismatch("factors, labels and codes of a sample do not fit together") }
    guard zip(labels, classes).allSatisfy({ labels, classes in labels.allSatisfy((0..<classes).contains) })
    else {
      throw .poolMismatch("a sample has a label outside its factor's classes")
    }
    self.codes = codes
    self.factors = factors
    self.labels = labels
    self.classes = classes
  }

  init(
    _ pool: CodePool, factors: [Int], count: Int, _ purpose: DrawStreams.Purpose, seed: UInt64
  ) throws(MetricsError) {
    var stream = DrawStreams(seed: seed).stream(purpose, 0)
    let members = (0..<count).map { _ in stream.index(below: pool.count) }
    let digits = factors.map { FactorDigit(pool.grid, $0) }
    // Values that the pool lacks would be classes without any image.
    let present = digits.map { digit in
      Set(pool.indices.lazy.map { digit.value(of: $0) }).sorted()
    }
    try self.init(
      codes: pool.codes(of: members), factors: factors.map { pool.grid.names[$0] },
      labels: zip(digits, present).map { digit, present in
        let position = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
        return members.map { position[digit.value(of: pool.indices[$0]), default: 0] }
      },
      classes: present.map(\.count))
  }
}

/// A sample to fit on and an independent one to score on.
public struct TrainTestSample: Sendable {
  public let train: FactorSample
  public let test: FactorSample

  public init(train: FactorSample, test: FactorSample) {
    self.train = train
    self.test = test
  }

  init(_ pool: CodePool, _ size: SampleOptions, seed: UInt64) throws(MetricsError) {
    let factors = try pool.scoredFactors(size.factors)
    train = try FactorSample(pool, factors: factors, count: size.trainSamples, .train, seed: seed)
    test = try FactorSample(pool, factors: factors, count: size.testSamples, .test, seed: seed)
  }
}

/// How many images a metric that fits predictors draws, and which factors it scores.
public struct SampleOptions: Sendable, Codable, Equatable {
  /// Names of the scored factors; nil for all that vary in the pool.
  public var factors: [String]?
  public var trainSamples: Int
  public var testSamples: Int

  public init(factors: [String]? = nil, trainSamples: Int = 10_000, testSamples: Int = 5000) {
    self.factors = factors
    self.trainSamples = trainSamples
    self.testSamples = testSamples
  }

  func check() throws(MetricsError) {
    try require(trainSamples > 0, "trainSamples", trainSamples, "a predictor is fitted on images")
    try require(testSamples > 0, "testSamples", testSamples, "a predictor is scored on images")
  }
}
