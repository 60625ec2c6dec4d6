import Datasets
import Files
import Learners
import LinearAlgebra
import Manifest
import Models
import Pipeline

/// The features of the training, validation and test images of a data set: what every classifier of a row reads.
struct EncodeStep: StepKind {
  let name = "encode"
  let version = 1
  let kinds: Kinds

  /// Images between two looks at the clock and at interruptions.
  private static let block = 500

  func run(_ context: StepContext) throws {
    let splits = [Split.train, Split.validation, Split.test].filter(context.hasInput)
    let representation = try kinds.features(context)
    var collections = try splits.map { [try context.collection($0)] }
    let training = collections[0][0]
    if representation.mirrored { collections[0].append(training.mirrored()) }
    let counts = collections.map { $0.reduce(0) { $0 + $1.count } }
    let total = counts.reduce(0, +)
    let encoder = try FeatureEncoder.make(representation, context, training: training)
    var done = 0
    for (split, collections) in zip(splits, collections) {
      let writer = try RowFileWriter("\(context.output)/\(split).f32")
      var rows = [Float](repeating: 0, count: Self.block * encoder.columns)
      for images in collections {
        for start in stride(from: 0, to: images.count, by: Self.block) {
          if context.shouldStop { throw Interrupted() }
          let range = start..<min(start + Self.block, images.count)
          try rows.withUnsafeMutableBufferPointer { rows in
            let part = UnsafeMutableBufferPointer(rebasing: rows[..<(range.count * encoder.columns)])
            try encoder.encode(split, images, range, part)
            try writer.append(UnsafeBufferPointer(part))
          }
          done += range.count
          context.progress(Double(done) / Double(total), "\(done) of \(total) images")
        }
      }
      try writer.close()
    }
    if let spread = encoder.spread {
      try write(spread, of: Split.train, rows: training.count, encoder, context)
    }
    try FeatureDescription(
      columns: encoder.columns,
      rows: Dictionary(uniqueKeysWithValues: zip(splits, counts)), units: encoder.units,
      standardise: representation.standardise, hasSpread: encoder.spread == nil ? nil : true,
      isMirrored: representation.mirrored ? true : nil
    ).save(in: context.output)
  }

  private func write(
    _ spread: FeatureEncoder.Rows, of split: String, rows: Int, _ encoder: FeatureEncoder,
    _ context: StepContext
  ) throws {
    let writer = try RowFileWriter("\(context.output)/\(FeatureDescription.spreadFile(split))")
    var block = [Float](repeating: 0, count: Self.block * encoder.columns)
    for start in stride(from: 0, to: rows, by: Self.block) {
      if context.shouldStop { throw Interrupted() }
      let range = start..<min(start + Self.block, rows)
      try block.withUnsafeMutableBufferPointer { block in
        let part = UnsafeMutableBufferPointer(rebasing: block[..<(range.count * encoder.columns)])
        try spread(split, range, part)
        try writer.append(UnsafeBufferPointer(part))
      }
    }
    try writer.close()
  }
}

/// What turns images into rows of features.
struct FeatureEncoder {
  let columns: Int
  /// Feature maps of the widest layer.
  let units: Int
  /// Writes the features of a range of a split's images, row by row.
  let encode: (String, ImageCollection, Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  /// Writes the logarithms of the variances about the features of a range of a split; nil where they have none.
  let spread: Rows?

  typealias Rows = (String, Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void

  /// Features of the images alone, whatever their split.
  init(
    columns: Int, units: Int,
    encode: @escaping (ImageCollection, Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) {
    (self.columns, self.units, spread) = (columns, units, nil)
    self.encode = { try encode($1, $2, $3) }
  }

  /// Features made of other features.
  init(columns: Int, units: Int, of features: @escaping Rows, spread: Rows?) {
    (self.columns, self.units, self.spread) = (columns, units, spread)
    encode = { try features($0, $2, $3) }
  }

  /// - Parameter training: the downstream training images, from which networks take their statistics.
  static func make(
    _ representation: any FeatureRepresentation, _ context: StepContext, training: ImageCollection
  ) throws -> FeatureEncoder {
    switch representation {
    case let dictionary as any PatchDictionary:
      return try dictionary.encoder(
        dictionary: context.input("dictionary"), of: PixelSource(training),
        threads: context.step.needs.cores)
    case let network as any ImageNetwork:
      let encoder = try network.encoder(imageSide: training.width, device: context.device)
      try encoder.restoreWeights(from: "\(context.input("model"))/\(TrainStep.weights)")
      return try FeatureEncoder(encoder, training: training, context)
    case let network as any FeatureNetwork:
      return try network.encoder(context)
    case let direct as any DirectFeatures:
      return try direct.encoder(context, training: training)
    default:
      throw StepsError(.failed, "'\(type(of: representation).name)' has no features to encode")
    }
  }
}

extension FeatureEncoder {
  /// Features of a network, which takes its statistics from the training images first.
  init(_ network: any ImageEncoder, training: ImageCollection, _ context: StepContext) throws {
    try network.prepare(training, indices: Array(0..<training.count)) {
      if context.shouldStop { throw Interrupted() }
      context.progress(0, "statistics of the training images, \(Int(100 * $0)) %")
    }
    self.init(columns: network.featureCount, units: network.units) {
      try network.encode($0, indices: $1, into: $2)
    }
  }
}

extension Kinds {
  /// What an `encode` step is about: how a trained network was built stands beside its weights.
  func features(_ context: StepContext) throws -> any FeatureRepresentation {
    let parameters = context.step.parameters
    if context.hasInput("model") {
      return try TrainStep.model(in: context.input("model")) {
        try trainedFeatures($0, encoding: parameters)
      }
    }
    return try features(parameters)
  }

  /// What an `encode` step of these parameters makes, where it needs no trained network.
  func features(_ parameters: JSON) throws -> any FeatureRepresentation {
    let kind = try representation(
      of: parameters, giving: .features, as: (any FeatureRepresentation.Type).self, or: "has no features")
    // What needs no training has all its parameters here, what was learned elsewhere those of its encoding.
    let use: ParameterUse? = kind is any DirectFeatures.Type ? nil : .encoding
    return try kind.init(parameters, only: use)
  }

  /// - Parameters:
  ///   - parameters: how a network was trained.
  ///   - encoding: what is made of it.
  func network(_ parameters: JSON, encoding: JSON? = nil) throws -> any ImageNetwork {
    guard let network = try trainedFeatures(parameters, encoding: encoding) as? any ImageNetwork else {
      throw StepsError(.failed, "'\(parameters["kind"]?.string ?? "")' does not learn from images")
    }
    return network
  }

  /// As `network`, of whatever is trained.
  func trainedFeatures(_ parameters: JSON, encoding: JSON? = nil) throws -> any FeatureRepresentation {
    let kind = try representation(
      of: parameters, giving: .features, as: (any TrainedFeatures.Type).self, or: "is no network")
    return try kind.init((encoding?.object ?? [:]).merging(parameters.object ?? [:]) { $1 })
  }
}

extension StepContext {
  /// The images of an input artifact, mapped into memory and shared with other workers.
  func collection(_ role: String) throws -> ImageCollection {
    try ImageCollection(file: "\(input(role))/\(ImagesStep.file)")
  }
}
