import Files
import Manifest

private let sampleFields = [
  Field("train-points", .integer(10...10_000_000), default: 10_000, "points that are fitted or counted"),
  Field("test-points", .integer(10...10_000_000), default: 5_000, "fresh points that are scored"),
]

/// Every metric of factors that a manifest may name.
let disentanglementMetrics: [Kind] = [
  Kind(
    "higgins",
    "accuracy of a linear classifier that names the held factor from mean absolute code differences",
    fields: [
      Field(
        "factors", .list(.choice(["shape", "scale", "orientation", "x", "y"])),
        "factors that may be held; the others vary freely"),
      Field("pairs", .integer(1...10_000), "L, the pairs of images averaged into one point"),
      Field(
        "classifier", .choice(["adagrad", "logistic"]), default: "adagrad",
        "how the linear classifier is fitted"),
      Field("C", .number(1e-9...1e9), default: 1.0, "inverse L2 penalty of the logistic classifier"),
      Field("learning-rate", .number(1e-9...10), default: 0.01, "Adagrad's learning rate"),
      Field("max-steps", .integer(1...100_000_000), default: 100_000, "Adagrad steps at most"),
      Field(
        "tolerance", .number(0...1), default: 1e-5, "change of the training loss that counts as converged"),
      Field("standardise", .boolean, default: false, "scale features to unit variance before the classifier"),
      Field("restarts", .integer(1...100), default: 1, "classifier initialisations; each gives a value"),
    ] + sampleFields),
  Kind(
    "factor-vae", "majority vote on the code of least normalised variance (Kim and Mnih 2018)",
    fields: [Field("batch", .integer(2...10_000), default: 64, "images per vote")] + sampleFields),
  Kind(
    "mig", "mutual information gap (Chen et al. 2018)",
    fields: [
      Field("points", .integer(10...10_000_000), default: 10_000, "images"),
      Field("bins", .integer(2...1000), default: 20, "equal-width bins per code"),
    ]),
  Kind(
    "dci", "disentanglement, completeness and informativeness by boosted trees (Eastwood and Williams 2018)",
    fields: [
      Field(
        "report", .choice(["disentanglement", "completeness", "informativeness"]), default: "disentanglement",
        "which of the three this column shows"),
      Field("rounds", .integer(1...10_000), default: 100, "boosting rounds of each predictor"),
    ] + sampleFields),
  Kind("sap", "separated attribute predictability (Kumar et al. 2018)", fields: sampleFields),
  Kind(
    "modularity", "how far each code depends on one factor only (Ridgeway and Mozer 2018)",
    fields: [
      Field("points", .integer(10...10_000_000), default: 10_000, "images"),
      Field("bins", .integer(2...1000), default: 20, "equal-width bins per code"),
    ]),
  Kind(
    "explicitness", "mean one-versus-rest ROC-AUC of logistic regressions (Ridgeway and Mozer 2018)",
    fields: sampleFields),
  Kind(
    "linear-readout", "accuracy of a linear classifier that reads each factor's value from one code",
    fields: sampleFields),
]
