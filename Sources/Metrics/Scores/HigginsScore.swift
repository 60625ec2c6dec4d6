import Learners
import LinearAlgebra

/// The disentanglement metric of Higgins et al. 2017 (beta-VAE), section 3 and appendix A.
///
/// A point is made by drawing a factor y, then L pairs of images that share a value of y (drawn anew for each pair)
/// and are independent otherwise: z_diff = (1/L) sum |z1 - z2|. A linear softmax classifier predicts y from z_diff;
/// the score is its accuracy on fresh points. With K factors chance is 1/K.
///
/// The value depends on L, on feature scaling and on how far the classifier is trained at least as much as on the
/// representation, so all three are options and belong in the header of any table.
public struct HigginsScore: Sendable {
  /// The linear classifier and how it is trained.
  public enum Classifier: Sendable, Codable, Equatable {
    /// The paper's: Adagrad on the negative log-likelihood, from random weights.
    case adagrad(SoftmaxRegression.AdagradOptions)
    /// The common reimplementation: L2-penalised logistic regression, solved to its optimum.
    case logistic(C: Double)
    /// The optimum that the paper's classifier goes towards: the negative log-likelihood, minimised.
    case maximumLikelihood
  }

  public struct Options: Sendable, Codable, Equatable {
    /// Names of the factors that may be held; the other factors always vary.
    public var factors: [String]
    /// L, the pairs averaged into one point.
    public var pairsPerPoint: Int
    public var trainPoints: Int
    public var testPoints: Int
    public var classifier: Classifier
    /// Whether z_diff is shifted and scaled by the mean and sd of the training points before classification.
    public var standardise: Bool

    public init(
      factors: [String], pairsPerPoint: Int, trainPoints: Int, testPoints: Int, classifier: Classifier,
      standardise: Bool = false
    ) {
      self.factors = factors
      self.pairsPerPoint = pairsPerPoint
      self.trainPoints = trainPoints
      self.testPoints = testPoints
      self.classifier = classifier
      self.standardise = standardise
    }

    /// The protocol of disentanglement_lib on dSprites: five factors, L = 64, logistic regression with C = 1.
    public static let dlib5 = Options(
      factors: ["shape", "scale", "orientation", "x", "y"], pairsPerPoint: 64, trainPoints: 10_000,
      testPoints: 5000, classifier: .logistic(C: 1))
  }

  /// The points of one evaluation, on which any number of classifiers can be fitted.
  public struct Points: Sendable {
    public let train: PointSet
    public let test: PointSet
  }

  /// One classifier's outcome.
  public struct PointScores: Sendable, Codable, Equatable {
    /// Share of the fresh points whose held factor is recognised.
    public var accuracy: Double
    public var trainAccuracy: Double
    /// What `actual` and `predicted` count: positions in this list.
    public var factors: [String]
    /// The held factor of each fresh point.
    public var actual: [Int]
    public var predicted: [Int]
    public var classifier: SoftmaxRegression.Report
  }

  public let options: Options

  /// Throws for options that draw no points or no pairs.
  public init(_ options: Options) throws(MetricsError) {
    try require(
      options.pairsPerPoint > 0, "pairsPerPoint", options.pairsPerPoint, "a point averages over pairs")
    try require(options.trainPoints > 0, "trainPoints", options.trainPoints, "the classifier needs points")
    try require(options.testPoints > 0, "testPoints", options.testPoints, "the accuracy needs points")
    if case .logistic(let C) = options.classifier {
      try require(C > 0 && C.isFinite, "C", C, "the inverse penalty is a positive number")
    }
    if case .adagrad(let adagrad) = options.classifier {
      try require(adagrad.batch > 0, "batch", adagrad.batch, "a minibatch needs points")
      try require(adagrad.maximumSteps > 0, "maximumSteps", adagrad.maximumSteps, "training needs steps")
    }
    if options.factors.count < 2 {
      throw .tooFewFactors(metric: "the Higgins score", needed: 2, given: options.factors.count)
    }
    self.options = options
  }

  /// Draws the points: train and test sets are independent, and each point depends on the seed and its number only.
  public func points(from pool: CodePool, seed: UInt64) throws(MetricsError) -> Points {
    let differences = PairDifferences(
      pool, factors: try pool.scoredFactors(options.factors), pairsPerPoint: options.pairsPerPoint)
    let streams = DrawStreams(seed: seed)
    return Points(
      train: differences.points(options.trainPoints, .train, streams),
      test: differences.points(options.testPoints, .test, streams))
  }

  /// Fits one classifier for each of `restarts` initialisations on the same points, the paper's T.
  ///
  /// What has one optimum is fitted once and its outcome repeated.
  public func scores(on points: Points, seed: UInt64, restarts: Int = 1) throws -> [PointScores] {
    let (train, test) = try scaled(points)
    func repeated(_ fit: (model: SoftmaxRegression, report: SoftmaxRegression.Report)) -> [PointScores] {
      Array(repeating: outcome(of: fit.model, fit.report, train, test, points), count: restarts)
    }
    switch options.classifier {
    case .logistic(let C):
      return repeated(
        try SoftmaxRegression.fit(
          train, labels: points.train.labels, classes: options.factors.count, C: C))
    case .maximumLikelihood:
      return repeated(
        try SoftmaxRegression.fitLikelihood(
          train, labels: points.train.labels, classes: options.factors.count))
    case .adagrad(let adagrad):
      return try (0..<restarts).map { restart in
        var stream = DrawStreams(seed: seed).stream(.classifier, restart)
        let (model, report) = try SoftmaxRegression.fitAdagrad(
          train, labels: points.train.labels, classes: options.factors.count, options: adagrad,
          stream: &stream)
        return outcome(of: model, report, train, test, points)
      }
    }
  }

  /// Draws points and fits `restarts` classifiers on them.
  public func scores(_ pool: CodePool, seed: UInt64, restarts: Int = 1) throws -> [PointScores] {
    try scores(on: points(from: pool, seed: seed), seed: seed, restarts: restarts)
  }

  /// Draws points and fits one classifier.
  public func score(_ pool: CodePool, seed: UInt64) throws -> PointScores {
    try scores(pool, seed: seed)[0]
  }

  private func scaled(_ points: Points) throws -> (train: Matrix<Float>, test: Matrix<Float>) {
    guard options.standardise else { return (points.train.features, points.test.features) }
    let standardizer = try Standardizer.fit(points.train.features)
    return (standardizer.apply(points.train.features), standardizer.apply(points.test.features))
  }

  private func outcome(
    of model: SoftmaxRegression, _ report: SoftmaxRegression.Report, _ train: Matrix<Float>,
    _ test: Matrix<Float>, _ points: Points
  ) -> PointScores {
    let predicted = model.predict(test)
    return PointScores(
      accuracy: Accuracy.share(points.test.labels, predicted),
      trainAccuracy: Accuracy.share(points.train.labels, model.predict(train)),
      factors: options.factors, actual: points.test.labels, predicted: predicted, classifier: report)
  }
}
