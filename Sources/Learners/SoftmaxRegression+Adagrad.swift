import Foundation
import LinearAlgebra
import Randomness

extension SoftmaxRegression {
  /// How ``fitAdagrad(_:labels:classes:options:stream:)`` trains.
  public struct AdagradOptions: Sendable, Codable, Equatable {
    public enum Initialisation: String, Sendable, Codable {
      /// Uniform in ±sqrt(6 / (features + classes)) (Glorot and Bengio 2010), intercepts zero.
      case glorot
      case zeros
    }

    public var learningRate: Double
    /// Where the sum of squared gradients starts: 0.1 in TensorFlow, 0 in PyTorch.
    public var initialAccumulator: Double
    /// Samples in a minibatch.
    public var batch: Int
    /// Ends when the mean training loss of two consecutive passes over the data differs by less than this.
    public var tolerance: Double
    public var maximumSteps: Int
    public var initialisation: Initialisation

    public init(
      learningRate: Double = 1e-2, initialAccumulator: Double = 0.1, batch: Int = 10,
      tolerance: Double = 1e-5,
      maximumSteps: Int = 100_000, initialisation: Initialisation = .glorot
    ) {
      self.learningRate = learningRate
      self.initialAccumulator = initialAccumulator
      self.batch = batch
      self.tolerance = tolerance
      self.maximumSteps = maximumSteps
      self.initialisation = initialisation
    }
  }

  /// One linear layer with softmax, trained on the negative log-likelihood by Adagrad (Duchi et al. 2011), as the
  /// classifier of Higgins et al. 2017 (beta-VAE), section 3.
  ///
  /// Each pass visits the samples in a fresh random order, in minibatches; the last one of a pass may be smaller.
  /// A window is one pass. Its loss is the mean over the samples of the loss each had just before the step it took
  /// part in. Training converges at the end of the first window whose loss differs from the window before by less
  /// than `tolerance`, and gives up after `maximumSteps` steps. Arithmetic is single precision, as in the paper's
  /// framework. The report's objective and gradient are taken over all samples at the final weights.
  ///
  /// - Parameters:
  ///   - features: samples x features.
  ///   - labels: one of 0..<`classes` per sample; classes without samples are trained like the others.
  ///   - stream: draws the initial weights, then one permutation per pass.
  /// - Throws: ``LearnerError``.
  public static func fitAdagrad(
    _ features: Matrix<Float>, labels: [Int], classes: Int, options: AdagradOptions = AdagradOptions(),
    stream: inout RandomStream
  ) throws(LearnerError) -> (model: SoftmaxRegression, report: Report) {
    precondition(
      options.batch > 0 && options.maximumSteps >= 0, "a minibatch needs samples, training needs steps")
    try Border.check("Adagrad softmax classifier", features, labels: labels, classes: classes)
    var layer = AdagradLayer(features: features.columns, classes: classes, options: options, stream: &stream)
    let samples = features.rows
    var steps = 0
    var converged = false
    var previous = Double.infinity
    while steps < options.maximumSteps, !converged {
      let order = stream.permutation(samples)
      let (loss, taken) = layer.pass(
        features, labels, order: order, maximumSteps: options.maximumSteps - steps)
      steps += taken
      // An interrupted pass saw other samples than the one before; only whole windows are compared.
      guard taken == (samples + options.batch - 1) / options.batch else { break }
      converged = abs(loss - previous) < options.tolerance
      previous = loss
    }
    let model = layer.model
    return (model, report(of: model, features, labels, iterations: steps, converged: converged))
  }

  /// The mean loss over all samples and its gradient, without a penalty.
  private static func report(
    of model: SoftmaxRegression, _ features: Matrix<Float>, _ labels: [Int], iterations: Int, converged: Bool
  ) -> Report {
    let parameters = model.weights.elements + model.intercepts
    var objective = SoftmaxObjective(features, labels: labels, classes: model.classes, penalty: 0)
    var gradient = [Double](repeating: 0, count: parameters.count)
    let loss = objective(parameters, &gradient)
    return Report(
      objective: loss, gradientNorm: gradient.reduce(0) { max($0, abs($1)) }, iterations: iterations,
      converged: converged)
  }
}
