import Datasets
import Files
import Manifest
import Pipeline

/// Features that another program has made: an array for the training and one for the test images, a row for each image in
/// the data set's order.
struct OutsideFeatures: FeatureRepresentation, OutsideRepresentation {
  var train = ""
  var test = ""
  var trainChecksums = ""
  var testChecksums = ""
  var flatten = false
  var standardise = true
  var units = 0

  static let name = "features"
  static let summary = "features that another program has made, a row for each image in the data set's order"
  static let parameters: [Parameter<OutsideFeatures>] = [
    Parameter(
      "train", \.train, required: true,
      "the training images' features: features.npy, or an array of a .npz, .h5 or .safetensors file by its name behind a "
        + "colon (file.h5:/train); relative to the manifest; {repeat} stands for the number of the repeat, from 1"
    ),
    Parameter("test", \.test, required: true, "the test images' features"),
    Parameter(
      "train-checksums", \.trainChecksums,
      "an array with zlib.crc32 of the bytes of each training image, by which permuted rows are found"),
    Parameter("test-checksums", \.testChecksums, "the same of the test images"),
    Parameter(
      "flatten", \.flatten, "take arrays of other than two axes: all that belongs to an image is its row"),
    .standardise(\.standardise),
    Parameter(
      "units", \.units, in: 0...1_000_000_000,
      "feature maps of the widest layer, for a column that shows them; 0 means as many as there are features"),
  ]
  static let rules: [Kind.Rule] = [
    .arrayRule("train"), .arrayRule("test"), .arrayRule("train-checksums", mayBeEmpty: true),
    .arrayRule("test-checksums", mayBeEmpty: true),
    Kind.Rule("test") { values in
      guard let train = values["train"]?.string, train == values["test"]?.string else { return nil }
      let mayHoldBoth = ArrayReference(train).map { $0.format != .npy && $0.member.isEmpty } ?? false
      return "`train` and `test` must be two arrays, but both are `\(train)`"
        + (mayHoldBoth ? "; one of several arrays of a file is named behind a colon, `\(train):NAME`" : "")
    },
  ]

  static let pathParameters = ["train", "test", "train-checksums", "test-checksums"]

  private var references: [String: ArrayReference] {
    [
      Split.train: train, Split.test: test, OutsideFeaturesStep.checksums(Split.train): trainChecksums,
      OutsideFeaturesStep.checksums(Split.test): testChecksums,
    ].compactMapValues { ArrayReference($0) }
  }

  func paths(repetition: Int) -> [String] { references.values.map { $0.of(repetition: repetition).path } }

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let references = references.mapValues { [builder] in $0.of(repetition: builder.repetition) }
    return builder.addOutside(
      OutsideFeaturesStep(),
      [
        "set": .string(builder.experiment.dataset.kind), "members": references.members,
        "flatten": .bool(flatten), "standardise": .bool(standardise), "units": .int(units),
      ], inputs: builder.data, files: references.mapValues(\.path), label: "features of \(builder.label)",
      needs: Needs(memory: 1 << 30, seconds: 30))
  }
}

extension [String: ArrayReference] {
  /// The names of arrays in their files, by role, where they have any: what the paths do not say is part of the identity.
  var members: JSON { .object(mapValues { .string($0.member) }.filter { $0.value != "" }) }
}
