import Foundation
import LinearAlgebra

/// Gradient-boosted regression trees for classification (Friedman 2001, "Greedy function approximation: a gradient
/// boosting machine", algorithms 5 and 6), with the defaults of scikit-learn's `GradientBoostingClassifier`.
///
/// Every round fits one tree per class to the negative gradient of the log-loss (one tree in all for two classes),
/// with exact least-squares splits, and gives every leaf the value of one Newton step. Nothing is random: among
/// equally good splits the lowest feature and the lowest threshold win.
public struct GradientBoosting: Sendable, Codable, Equatable {
  public struct Options: Sendable, Codable, Equatable {
    public var rounds: Int
    public var learningRate: Double
    public var maximumDepth: Int

    public init(rounds: Int = 100, learningRate: Double = 0.1, maximumDepth: Int = 3) {
      self.rounds = rounds
      self.learningRate = learningRate
      self.maximumDepth = maximumDepth
    }
  }

  /// Each feature's share of the squared error that all splits removed; sums to 1, or all zero without any split.
  public let importances: [Double]
  /// Classes that occurred in training, ascending; no other is ever predicted.
  public let present: [Int]
  /// The score of each tree sequence before the first round.
  let initial: [Double]
  /// rounds x sequences; leaf values are already multiplied by the learning rate.
  let trees: [[RegressionTree]]

  /// - Parameters:
  ///   - features: samples x features.
  ///   - labels: one of 0..<`classes` per sample.
  /// - Throws: ``LearnerError``.
  public static func fit(
    _ features: Matrix<Float>, labels: [Int], classes: Int, options: Options = Options()
  ) throws(LearnerError) -> GradientBoosting {
    precondition(
      options.rounds >= 0 && options.maximumDepth >= 1, "boosting needs trees with at least one split")
    try Border.check("Gradient boosting", features, labels: labels, classes: classes)
    let found = PresentClasses(labels, classes: classes)
    guard found.original.count > 1 else {
      return GradientBoosting(
        importances: Array(repeating: 0, count: features.columns), present: found.original, initial: [],
        trees: [])
    }
    var booster = Booster(features, found, options: options)
    for _ in 0..<options.rounds { booster.round() }
    let total = booster.removedError.reduce(0, +)
    return GradientBoosting(
      importances: booster.removedError.map { total > 0 ? $0 / total : 0 }, present: found.original,
      initial: booster.initial, trees: booster.trees)
  }

  /// The class with the largest score for every sample, the lowest among equals.
  public func predict(_ features: Matrix<Float>) -> [Int] {
    precondition(
      features.columns == importances.count,
      "a model of \(importances.count) features cannot predict samples with \(features.columns)")
    guard !initial.isEmpty else { return Array(repeating: present[0], count: features.rows) }
    return features.withUnsafeElements { x in
      (0..<features.rows).map { row in
        let sample = UnsafeBufferPointer(
          rebasing: x[(row * features.columns)..<((row + 1) * features.columns)])
        var scores = initial
        for round in trees {
          for k in scores.indices { scores[k] += round[k].value(of: sample) }
        }
        if scores.count == 1 { return present[scores[0] > 0 ? 1 : 0] }
        var best = 0
        for k in scores.indices where scores[k] > scores[best] { best = k }
        return present[best]
      }
    }
  }
}

/// The state of boosting between rounds.
private struct Booster {
  private let labels: [Int]
  private let classes: Int
  private let options: GradientBoosting.Options
  private var grower: TreeGrower
  let initial: [Double]
  /// samples x sequences.
  private var scores: [Double]
  private(set) var removedError: [Double]
  private(set) var trees: [[RegressionTree]] = []

  init(_ features: Matrix<Float>, _ found: PresentClasses, options: GradientBoosting.Options) {
    labels = found.labels
    classes = found.original.count
    self.options = options
    grower = TreeGrower(features, maximumDepth: options.maximumDepth)
    var shares = [Double](repeating: 0, count: classes)
    for label in found.labels { shares[label] += 1 / Double(found.labels.count) }
    initial = classes == 2 ? [log(shares[1] / shares[0])] : shares.map { log($0) }
    scores = Array(repeating: initial, count: features.rows).flatMap { $0 }
    removedError = Array(repeating: 0, count: features.columns)
  }

  /// One tree for every sequence, all of them fitted to the scores before the round (Friedman 2001, algorithm 6).
  mutating func round() {
    let sequences = initial.count
    let samples = labels.count
    let gradients = negativeGradients()
    // The Newton step of K symmetric sequences carries (K - 1) / K; the binary one does not.
    let share = sequences == 1 ? 1 : Double(classes - 1) / Double(classes)
    var residual = [Double](repeating: 0, count: samples)
    var round: [RegressionTree] = []
    for k in 0..<sequences {
      for index in 0..<samples { residual[index] = gradients[index * sequences + k] }
      let positive = sequences == 1 ? 1 : k
      var tree = grower.grow(residual, removedError: &removedError)
      var numerators = [Double](repeating: 0, count: tree.nodes.count)
      var denominators = numerators
      for index in 0..<samples {
        let leaf = Int(grower.leaf[index])
        let target = labels[index] == positive ? 1.0 : 0.0
        let probability = target - residual[index]
        numerators[leaf] += residual[index]
        denominators[leaf] += probability * (1 - probability)
      }
      for leaf in tree.nodes.indices where tree.nodes[leaf].feature < 0 {
        // A leaf whose samples are all certain has nothing to gain, and its quotient is noise.
        let newton = denominators[leaf] < 1e-150 ? 0 : share * numerators[leaf] / denominators[leaf]
        tree.nodes[leaf].value = options.learningRate * newton
      }
      for index in 0..<samples { scores[index * sequences + k] += tree.nodes[Int(grower.leaf[index])].value }
      round.append(tree)
    }
    trees.append(round)
  }

  /// Target minus probability, samples x sequences.
  private func negativeGradients() -> [Double] {
    let sequences = initial.count
    var result = scores
    result.withUnsafeMutableBufferPointer { values in
      for index in labels.indices {
        if sequences == 1 {
          values[index] = Double(labels[index]) - 1 / (1 + exp(-values[index]))
          continue
        }
        let row = UnsafeMutableBufferPointer(
          rebasing: values[(index * sequences)..<((index + 1) * sequences)])
        _ = Softmax.normalise(row)
        for k in 0..<sequences { row[k] = (k == labels[index] ? 1 : 0) - row[k] }
      }
    }
    return result
  }
}
