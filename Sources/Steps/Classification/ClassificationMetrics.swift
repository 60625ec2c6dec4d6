import Files
import Manifest

/// Every metric of classification tables.
let classificationMetrics: [Kind] = [
  Kind(
    ClassifyStep().name, "accuracy of a linear classifier on the whole test split, which it sees once",
    fields: [
      Field(
        "labels-per-class", .integer(0...1_000_000), default: 0,
        "labels of each class that the classifier is trained on; 0 means every label"),
      Field(
        "draws", .integer(1...1000), default: 1,
        "independent stratified draws of the labels; each gives a value"),
      Field(
        "classifier", .choice(["l2-svm"]), default: "l2-svm", "one-versus-rest linear SVM, squared hinge"),
      Field(
        "C", .list(.number(1e-12...1e12)), default: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1],
        "candidates for the weight of the summed loss (LIBLINEAR's C), chosen on training labels alone"),
      Field(
        "folds", .integer(0...1000), default: 5,
        "folds of the cross-validation that chooses C; 0 holds images out instead"),
      Field(
        "held-out", .integer(1...1_000_000), default: 10_000,
        "training images held out to choose C, where there are no folds; the final fit has them all"),
      Field(
        "patience", .integer(0...1000), default: 0,
        "after so many candidates in a row, ascending, that judge worse than the best before them the rest is not tried; 0 tries all"
      ),
      Field(
        "tolerance", .number(1e-12...1), default: 1e-5,
        "duality gap at which a fit ends, as a share of its objective"),
    ],
    rules: [
      Kind.Rule("folds") { values in
        values["folds"]?.int == 1
          ? "`folds` must be at least 2, or 0 to hold images out, but is 1: one fold leaves nothing to learn from"
          : nil
      }
    ]),
  Kind(UnitsStep().name, "feature maps of the widest layer"),
]
