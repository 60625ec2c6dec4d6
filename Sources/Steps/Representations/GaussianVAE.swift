import Datasets
import Learners
import LinearAlgebra
import Manifest
import Models
import Pipeline
import Torch

/// Posterior means of a VAE over whitened principal components: M1 of Kingma et al. 2014.
struct GaussianLatents: FeatureNetwork, Autoencoding, PrecisionChoice {
  var components = 600
  var configuration = GaussianVAEConfiguration()
  var updates = 0
  var threads = 1
  var precision = Precision.float32
  var standardise = false

  static let name = "gaussian-vae"
  static let summary =
    "posterior means of a Gaussian VAE over whitened principal components (M1 of Kingma et al. 2014)"
  static let parameters: [Parameter<GaussianLatents>] = [
    Parameter(
      "components", \.components, in: 1...3072, use: .planning,
      "principal components of the pixels that the model is of"),
    Parameter(
      "hidden", \.configuration.hidden, each: 1...65_536, count: 1...16,
      "softplus units of each hidden layer"),
    Parameter("latents", \.configuration.latents, in: 1...4096, "length of the code"),
    Parameter("batch", \.configuration.batch, in: 1...65_536, "images per update"),
    Parameter("learning-rate", \.configuration.learningRate, in: 1e-9...1, "Adam learning rate"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision), .standardise(\.standardise),
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let inputs = PixelComponents(components: components)
    // As a row of its own would write it, so that both share the step.
    let configuredInputs = Configured(
      kind: PixelComponents.name,
      parameters: [
        "components": .int(components), "whiten": .bool(inputs.whiten),
        "standardise": .bool(inputs.standardise),
      ])
    let features = inputs.plan(configuredInputs, in: &builder)
    let learning = configured.without(.encoding, .planning, of: Self.self)
    let model = builder.add(
      TrainStep(kinds: builder.kinds), learning.identified(by: Self.self), inputs: ["features": features],
      seed: builder.seed("train"), label: "train \(builder.label)",
      needs: Needs(
        cores: threads, memory: 2 << 30, seconds: Needs.training(updates: updates),
        device: true))
    if updates != 0 {
      builder.addCurve(of: model)
      if !builder.givesCodesBack { builder.addReconstructions(by: model, inputs: ["features": features]) }
    }
    return builder.addEncoding(
      configured.only(.encoding, of: Self.self), by: Self.self,
      inputs: ["model": model, "features": features],
      label: builder.label, cores: threads, seconds: 10, device: true)
  }

  func network(_ features: any RowSource, seed: UInt64, device: String) throws -> any Trainable {
    try GaussianVAE(configuration: configuration, inputs: features, seed: seed, device: .checked(device))
  }

  private func trained(_ context: StepContext, _ training: MappedRows) throws -> GaussianVAE {
    let model = try GaussianVAE(
      configuration: configuration, inputs: training, seed: 0, device: .checked(context.device))
    try model.restoreWeights(from: "\(context.input("model"))/\(TrainStep.weights)")
    return model
  }

  func encoder(_ context: StepContext) throws -> FeatureEncoder {
    let folder = context.input("features")
    let description = try FeatureDescription(folder: folder)
    let training = try description.features(of: Split.train, folder: folder)
    let model = try trained(context, training)
    return FeatureEncoder(
      columns: configuration.latents, units: configuration.latents,
      of: { split, range, rows in
        let features = try description.features(of: split, folder: folder)
        _ = rows.update(fromContentsOf: try model.encode(range, of: features).means.elements)
      },
      spread: { split, range, rows in
        let features = try description.features(of: split, folder: folder)
        _ = rows.update(fromContentsOf: try model.encode(range, of: features).logVariances.elements)
      })
  }

  func autoencoder(
    of images: ImageCollection, _ indices: [Int], _ context: StepContext
  ) throws -> ImageAutoencoder {
    let folder = context.input("features")
    let description = try FeatureDescription(folder: folder)
    let model = try trained(context, description.features(of: Split.train, folder: folder))
    // The components are not kept beside the codes; the same images give the same ones.
    let pca = try PCA.fit(
      CollectionPixels(images: try context.collection(Split.train)), components: description.columns)
    let isWhitened = PixelComponents().whiten
    let seen = try pca.project(CollectionPixels(images: images).gathering(indices), whiten: isWhitened)
    func pictures(of components: Matrix<Float>) -> ImageStack {
      let pixels = pca.restore(components, isWhitened: isWhitened)
      return ImageStack(
        rows: (0..<pixels.rows).map { Array(pixels[row: $0]) }, like: images, scale: 1)
    }
    return ImageAutoencoder(
      seen: ("\(description.columns) components", pictures(of: seen)), caption: "M1",
      codes: try model.encode(0..<indices.count, of: seen).means,
      images: { pictures(of: try model.decode($0)) })
  }
}
