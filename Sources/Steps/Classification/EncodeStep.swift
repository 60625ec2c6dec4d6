import Datasets
import Files
import LinearAlgebra
import Models
import Pipeline

/// The features of the training and test images of a data set: what every classifier of a row reads.
struct EncodeStep: StepKind {
  let name = "encode"
  let version = 1
  let usesDevice = true

  /// Images between two looks at the clock and at interruptions.
  private static let block = 500

  func run(_ context: StepContext) throws {
    let splits = ["train", "test"]
    let collections = try splits.map { try context.collection($0) }
    let total = Double(collections.reduce(0) { $0 + $1.count })
    let encoder = try FeatureEncoder.make(context, training: collections[0])
    var done = 0
    for (split, images) in zip(splits, collections) {
      let writer = try RowFileWriter("\(context.output)/\(split).f32")
      var rows = [Float](repeating: 0, count: Self.block * encoder.columns)
      for start in stride(from: 0, to: images.count, by: Self.block) {
        if context.shouldStop { throw Interrupted() }
        let range = start..<min(start + Self.block, images.count)
        try rows.withUnsafeMutableBufferPointer { rows in
          let part = UnsafeMutableBufferPointer(rebasing: rows[..<(range.count * encoder.columns)])
          try encoder.encode(images, range, part)
          try writer.append(UnsafeBufferPointer(part))
        }
        done += range.count
        context.progress(Double(done) / total, "\(done) of \(Int(total)) images")
      }
      try writer.close()
    }
    let description = FeatureDescription(
      columns: encoder.columns,
      rows: Dictionary(uniqueKeysWithValues: zip(splits, collections.map(\.count))), units: encoder.units,
      standardise: context.step.parameters["standardise"]?.bool ?? false)
    try DurableFile.write(
      try JSON(encoding: description).canonical, to: "\(context.output)/\(FeatureDescription.file)")
  }
}

/// What turns images into rows of features.
struct FeatureEncoder {
  let columns: Int
  /// Feature maps of the widest layer.
  let units: Int
  /// Writes the features of a range of images, row by row.
  let encode: (ImageCollection, Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void

  /// - Parameter training: the downstream training images, from which networks take their statistics.
  static func make(_ context: StepContext, training: ImageCollection) throws -> FeatureEncoder {
    let parameters = context.step.parameters
    if context.hasInput("dictionary") {
      return try dictionary(context.input("dictionary"), parameters, threads: context.step.needs.cores)
    }
    if context.hasInput("model") {
      let network = try ModelFactory.encoder(
        model: context.input("model"), imageSide: training.width, encoding: parameters, device: context.device
      )
      return try of(network, training, context)
    }
    switch parameters["kind"]?.string {
    case "released-discriminator":
      return try of(
        DiscriminatorFeatures.released(folder: context.input("weights")),
        training, context)
    case "pixels":
      return FeatureEncoder(columns: training.pixelCount, units: training.channels) { images, range, rows in
        for (row, index) in range.enumerated() {
          images.withPixels(of: index) { pixels in
            for position in 0..<pixels.count { rows[row * pixels.count + position] = Float(pixels[position]) }
          }
        }
      }
    case "constant":
      return FeatureEncoder(columns: 1, units: 1) { _, _, rows in rows.update(repeating: 1) }
    case let kind:
      throw StepsError(.failed, "no features are called '\(kind ?? "")'")
    }
  }

  private static func of(
    _ network: any ImageEncoder, _ training: ImageCollection, _ context: StepContext
  ) throws -> FeatureEncoder {
    try network.prepare(training, indices: Array(0..<training.count)) {
      if context.shouldStop { throw Interrupted() }
      context.progress(0, "statistics of the training images, \(Int(100 * $0)) %")
    }
    return FeatureEncoder(columns: network.featureCount, units: network.units) {
      try network.encode($0, indices: $1, into: $2)
    }
  }
}

extension StepContext {
  /// The images of an input artifact, mapped into memory and shared with other workers.
  func collection(_ role: String) throws -> ImageCollection {
    try ImageCollection(file: "\(input(role))/\(ImagesStep.file)")
  }
}
