import Files
import Manifest
import Pipeline

private let trainingFields = [
  Field("batch", .integer(1...65_536), default: 64, "images per update"),
  Field("updates", .integer(0...100_000_000), "optimiser updates; 0 leaves the network as initialised"),
  Field(
    "threads", .integer(1...1024), default: 1,
    "threads of the training; part of the identity, because sums depend on it"),
]

/// The fully connected VAE and beta-VAE of Higgins et al. 2017 (appendix, Table 1).
struct VAEPlanner: CodePlanner {
  let kind = Kind(
    "vae", "fully connected (beta-)VAE; posterior means are the codes",
    fields: [
      Field("beta", .number(0...10_000), "weight of the KL term; 1 is the plain VAE"),
      Field("hidden", .integer(1...65_536), default: 1200, "units of every hidden layer"),
      Field("latents", .integer(1...255), default: 10, "number of latents"),
      Field("optimiser", .choice(["adagrad", "adam"]), default: "adagrad", "optimiser"),
      Field("learning-rate", .number(1e-9...10), default: 0.01, "learning rate"),
      Field("initial-accumulator", .number(0...10), default: 0.1, "where Adagrad's sum of squares starts"),
      Field("initialisation", .choice(["glorot", "fan-in"]), default: "glorot", "how weights are drawn"),
    ] + trainingFields)

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    let width = Double(representation.parameters["hidden"]?.int ?? 1200) / 1200
    return builder.addTrained(representation, needs: Needs(memory: 3 << 29, seconds: 5e-3 + 0.08 * width))
  }
}

/// DC-IGN: a convolutional VAE trained on minibatches in which one known factor varies (Kulkarni et al. 2015).
struct DCIGNPlanner: CodePlanner {
  let kind = Kind(
    "dc-ign", "convolutional inverse graphics network, told which factor varies in a minibatch",
    fields: [
      Field(
        "channels", .list(.integer(1...4096), count: 3...3), default: [96, 48, 48],
        "channels of the three convolutions"),
      Field(
        "latents", .integer(5...255), default: 10,
        "number of latents; the first four belong to x, y, scale, rotation"),
      Field("learning-rate", .number(1e-9...10), default: 5e-4, "RMSprop learning rate"),
      Field(
        "smoothing", .number(0...1), default: 0.9, "weight of the old average in RMSprop's mean of squares"),
      Field("weight-decay", .number(0...1), default: 0.01, "L2 penalty inside the optimiser"),
      Field(
        "clamp-pull", .number(0...1), default: 0.01, "gradient that pulls clamped latents to their batch mean"
      ),
      Field(
        "intrinsic-share", .integer(1...100), default: 2,
        "minibatches of the intrinsic type for each one of a labelled factor"),
    ] + trainingFields)

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    let width = Double(representation.parameters["channels"]?.array?.first?.int ?? 96) / 96
    return builder.addTrained(representation, needs: Needs(memory: 2 << 30, seconds: 5e-3 + 0.4 * width))
  }
}

/// InfoGAN with continuous codes (Chen et al. 2016) as Higgins et al. 2017 trained it.
struct InfoGANPlanner: CodePlanner {
  let kind = Kind(
    "infogan", "InfoGAN with continuous codes; means of Q are the codes",
    fields: [
      Field("codes", .integer(1...255), default: 5, "continuous codes with a mutual-information term"),
      Field("noise", .integer(0...1024), default: 5, "further noise inputs"),
      Field("hidden", .integer(1...65_536), default: 256, "units of the generator's fully connected layers"),
      Field(
        "channels", .list(.integer(1...4096), count: 3...3), default: [128, 64, 32],
        "channels from 8x8 to 32x32"),
      Field("information", .number(0...1000), default: 1.0, "weight of the mutual-information term"),
      Field(
        "instance-noise", .number(0...10), default: 0.2,
        "sd of the noise on the discriminator's images in [-1, 1]"),
      Field("generator-rate", .number(1e-9...1), default: 1e-3, "Adam learning rate of the generator and Q"),
      Field(
        "discriminator-rate", .number(1e-9...1), default: 2e-4, "Adam learning rate of the discriminator"),
    ] + trainingFields,
    rules: [
      Kind.Rule("batch") { values in
        values["batch"]?.int == 1
          ? "`batch` must be at least 2, because batch statistics need more than one image, but is 1" : nil
      }
    ])

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    let width = Double(representation.parameters["channels"]?.array?.first?.int ?? 128) / 128
    return builder.addTrained(representation, needs: Needs(memory: 2 << 30, seconds: 5e-3 + 0.3 * width))
  }
}

extension PlanBuilder {
  /// - Parameter needs: with the seconds of one update, on one core of a machine of today.
  mutating func addTrained(_ representation: Configured, needs: Needs) -> PlannedCodes {
    var needs = needs
    needs.seconds = 1 + needs.seconds * Double(representation.parameters["updates"]?.int ?? 0)
    needs.cores = representation.parameters["threads"]?.int ?? 1
    needs.device = true
    let model = add(
      TrainStep(), representation.json, inputs: data, seed: seed("train"),
      label: "train \(label)", needs: needs)
    let features = addFeatures(
      representation, inputs: ["model": model], label: "codes \(label)",
      needs: Needs(memory: 3 << 29, seconds: 10, device: true))
    return PlannedCodes(features: features, model: model)
  }
}
