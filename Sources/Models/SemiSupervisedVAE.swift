import Foundation
import LinearAlgebra
import Randomness
import Torch

/// The free choices of the semi-supervised VAE.
public struct SemiSupervisedVAEConfiguration: Codable, Sendable, Hashable {
  /// Softplus units of the hidden layer of each of the three networks.
  public var hidden: Int
  /// The size of z2.
  public var latents: Int
  /// The weight of the labelled items' -log q(y|z1), as a multiple of the number of all items.
  public var alpha: Double
  /// Labelled items of one update.
  public var labelledBatch: Int
  /// Unlabelled items of one update; 0 for a model that sees labelled items alone.
  public var unlabelledBatch: Int
  public var learningRate: Double

  public init(
    hidden: Int = 500, latents: Int = 50, alpha: Double = 0.1, labelledBatch: Int = 5,
    unlabelledBatch: Int = 335, learningRate: Double = 3e-4
  ) {
    precondition(hidden > 0 && latents > 0, "layers and codes have units")
    precondition(labelledBatch > 0 && unlabelledBatch >= 0, "a minibatch has labelled items")
    self.hidden = hidden
    self.latents = latents
    self.alpha = alpha
    self.labelledBatch = labelledBatch
    self.unlabelledBatch = unlabelledBatch
    self.learningRate = learningRate
  }
}

/// What the semi-supervised VAE learns from: the posteriors that another VAE gave, and some labels.
public struct SemiSupervisedCodes: Sendable {
  /// items x code size
  public var means: any RowSource
  /// Of the same shape. Where present, every minibatch draws its codes anew; where absent, the means are the codes.
  public var logVariances: (any RowSource)?
  /// Rows that have a label, and the labels in the same order.
  public var labelled: [Int]
  public var labels: [Int]
  public var unlabelled: [Int]
  public var classes: Int

  public init(
    means: any RowSource, logVariances: (any RowSource)? = nil, labelled: [Int], labels: [Int],
    unlabelled: [Int], classes: Int
  ) {
    self.means = means
    self.logVariances = logVariances
    self.labelled = labelled
    self.labels = labels
    self.unlabelled = unlabelled
    self.classes = classes
  }
}

/// The generative semi-supervised model M2 of Kingma, Rezende, Mohamed and Welling (2014) over the codes z1 of M1, a
/// `GaussianVAE`: p(y) uniform, p(z2) = N(0, I), p(z1|y, z2) and q(z2|z1, y) Gaussian, q(y|z1) a softmax. With
///
///     L(z1, y) = E_q(z2|z1,y)[-log p(z1|y, z2)] - log p(y) + KL(q(z2|z1, y) || N(0, I)),
///     U(z1)    = sum over y of q(y|z1) L(z1, y) - H(q(y|z1)),
///
/// it minimises, for N items of which N_l have a label,
///
///     sum over labelled of L(z1, y) + sum over unlabelled of U(z1) + alpha N mean over labelled of -log q(y|z1)
///       + |parameters|² / 2,
///
/// where the last term is a prior N(0, 1) on every parameter. U sums over all classes and draws a z2 for each. Training
/// follows the authors' released code but for the optimiser: it computes Adam's bias correction and leaves it unused,
/// here Adam is as published.
public final class SemiSupervisedVAE: Restorable {
  public let configuration: SemiSupervisedVAEConfiguration
  private let codes: SemiSupervisedCodes
  private let device: Device
  private let classifier: SoftplusLayers
  private let scores: Linear
  private let encoder: GaussianPerceptron
  private let decoder: GaussianPerceptron
  private let optimiser: Adam
  private let noise: Generator
  private var labelled: LabelledMinibatches
  private var unlabelled: ItemMinibatches?
  /// The class of each row, for all classes: the unit matrix.
  private let everyClass: Tensor
  private static let name = "semi-supervised VAE"

  /// Throws `ModelError.data` where rows, labels or items do not fit together or do not fill a minibatch.
  public init(
    configuration: SemiSupervisedVAEConfiguration, codes: SemiSupervisedCodes, seed: UInt64,
    device: Device = .cpu
  ) throws {
    let size = codes.means.columns
    if let logVariances = codes.logVariances {
      guard logVariances.rows == codes.means.rows, logVariances.columns == size else {
        throw ModelError.data(
          model: SemiSupervisedVAE.name,
          found: "\(logVariances.rows) x \(logVariances.columns) log variances",
          needed: "as many as means, \(codes.means.rows) x \(size)")
      }
    }
    self.configuration = configuration
    self.codes = codes
    self.device = device
    labelled = try LabelledMinibatches(
      codes.labelled, labels: codes.labels, classes: codes.classes, of: codes.means.rows,
      batch: configuration.labelledBatch, model: SemiSupervisedVAE.name, seed: seed)
    unlabelled =
      configuration.unlabelledBatch > 0
      ? try ItemMinibatches(
        codes.unlabelled, kind: "unlabelled", of: codes.means.rows, batch: configuration.unlabelledBatch,
        model: SemiSupervisedVAE.name,
        source: RandomStream(seed: seed, stream: Purpose.minibatches.rawValue)) : nil
    let initial = try Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    let start = DenseStart(weights: .normal(deviation: 1e-3), biasDeviation: 1e-3)
    let hidden = [configuration.hidden]
    classifier = try SoftplusLayers(
      inputs: size, hidden: hidden, start: start, generator: initial, device: device)
    scores = try start.layer(configuration.hidden, codes.classes, from: initial, on: device)
    encoder = try GaussianPerceptron(
      inputs: size, hidden: hidden, outputs: configuration.latents, classes: codes.classes, start: start,
      generator: initial, device: device)
    decoder = try GaussianPerceptron(
      inputs: configuration.latents, hidden: hidden, outputs: size, classes: codes.classes, start: start,
      generator: initial, device: device)
    let items = labelled.count + (unlabelled?.items.count ?? 0)
    optimiser = try Adam(
      classifier.parameters.named(under: "classifier") + scores.parameters.named(under: "classifier.scores")
        + encoder.parameters.named(under: "encoder") + decoder.parameters.named(under: "decoder"),
      learningRate: configuration.learningRate, weightDecay: 1 / Double(items))
    noise = try Generator(seed: RandomStream.seed(from: seed, for: .noise), device: device)
    everyClass = try oneHot(Array(0..<codes.classes), classes: codes.classes, on: device)
  }

  public var updates: Int { optimiser.updates }

  /// One step on labelled and unlabelled items together. Reports, in nats per item, `labelled` (L), `classification`
  /// (-log q(y|z1) of the labelled items), `unlabelled` (U; not without unlabelled items), and `loss`, the objective
  /// without the prior on parameters.
  public func update() throws -> [String: Double] {
    let (items, labels) = labelled.minibatch(updates)
    let others = unlabelled?.items(ofMinibatch: updates) ?? []
    let all = try draw(items + others)
    let logits = try scores(classifier(all))

    let given = 0..<items.count
    let classification = try logits.slice(given, along: 0)
      .crossEntropy(classes: Tensor(indices: labels, device: device), reduction: .mean)
    let known = try cost(
      of: all.slice(given, along: 0), class: oneHot(labels, classes: labelled.classes, on: device)
    ).mean()
    // All divided by the number of items, as an estimate from this minibatch.
    let share = Double(labelled.count) / Double(labelled.count + (unlabelled?.items.count ?? 0))
    var loss = try known * share + classification * configuration.alpha
    var report = ["labelled": try known.scalar(), "classification": try classification.scalar()]

    if !others.isEmpty {
      let rest = items.count..<(items.count + others.count)
      let costs = try cost(
        of: all.slice(rest, along: 0).reshaped([others.count, 1, codes.means.columns]), class: everyClass)
      let logs = try logits.slice(rest, along: 0).logSoftmax(along: 1)
      let unknown = try (logs.exp() * (costs + logs)).sum(along: 1).mean()
      loss = try loss + unknown * (1 - share)
      report["unlabelled"] = try unknown.scalar()
    }
    try loss.backward()
    try optimiser.update()
    report["loss"] = try loss.scalar()
    return report
  }

  /// The codes of these rows, [n, code size], drawn from their posteriors where those have variances.
  private func draw(_ rows: [Int]) throws -> Tensor {
    let means = try load(rows, of: codes.means, to: device)
    guard let logVariances = codes.logVariances else { return means }
    return try sample((means, load(rows, of: logVariances, to: device)), noise: noise.normal(means.shape))
  }

  /// L of each code with its class, for [n, code size] and [n, classes]; of each code with every class, [n, classes],
  /// for [n, 1, code size] and the unit matrix.
  private func cost(of codes: Tensor, class oneHot: Tensor) throws -> Tensor {
    let posterior = try encoder(codes, class: oneHot)
    let latents = try sample(posterior, noise: noise.normal(posterior.mean.shape))
    let output = try decoder(latents, class: oneHot)
    let surprise = try codes.gaussianSurprise(mean: output.mean, logVariance: output.logVariance)
    let divergence = try Tensor.gaussianDivergence(mean: posterior.mean, logVariance: posterior.logVariance)
    return try surprise.sum(along: -1) + divergence.sum(along: -1) + log(Double(labelled.classes))
  }
}

extension SemiSupervisedVAE {
  /// The most probable class of each row of `means`, by q(y|z1) with z1 the mean.
  public func predict(_ means: any RowSource) throws -> [Int] {
    try check(0..<means.rows, of: means, inputs: codes.means.columns, model: SemiSupervisedVAE.name)
    var found: [Int] = []
    try withRowBlocks(0..<means.rows, of: means, on: device) { _, tensor in
      found += try mostProbable(scores(classifier(tensor)))
    }
    return found
  }
}

extension SemiSupervisedVAE {
  /// What the model gives back of each row of `means`, rows x code size: the mean of p(z1|y, z2) for the most probable y
  /// and the mean z2 of q(z2|z1, y), with z1 the row.
  public func reconstruct(_ means: Matrix<Float>) throws -> Matrix<Float> {
    try check(0..<means.rows, of: means, inputs: codes.means.columns, model: SemiSupervisedVAE.name)
    return try rows(means.rows, columns: codes.means.columns) { range in
      let rows = try load(means, rows: range, to: device)
      let classes = try oneHot(mostProbable(scores(classifier(rows))), classes: codes.classes, on: device)
      return try decoder(encoder(rows, class: classes).mean, class: classes).mean
    }
  }
}

/// Classes as rows of ones and zeros, [n, classes].
private func oneHot(_ labels: [Int], classes: Int, on device: Device) throws -> Tensor {
  try Tensor(shape: [labels.count, classes]) { elements in
    elements.update(repeating: 0)
    for (row, label) in labels.enumerated() { elements[row * classes + label] = 1 }
  }.to(device)
}

// MARK: Files

extension SemiSupervisedVAE {
  public var state: TrainingState {
    var streams = ["labelled": labelled.source]
    streams["minibatches"] = unlabelled?.order.source
    return TrainingState(
      weights: optimiser.parameters, optimisers: ["optimiser": optimiser], generators: ["noise": noise],
      streams: streams)
  }

  public func resume(from checkpoint: Checkpoint) throws {
    labelled.source = try checkpoint.stream("labelled")
    if unlabelled != nil { unlabelled?.order.source = try checkpoint.stream("minibatches") }
  }
}
