import Datasets
import Files
import Pipeline

/// Packs one split of an image set from its official layout, once for all rows.
struct ImagesStep: StepKind {
  let name = "images"
  let version = 1

  static let file = "images.pack"

  private struct Parameters: Decodable {
    let set: String
    let split: String
    /// How many of the images are kept, from the first on; 0 means all.
    let first: Int
    let fingerprint: String
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    guard let set = ImageSet(rawValue: parameters.set) else {
      throw StepsError(.failed, "no image set is called '\(parameters.set)'")
    }
    let folder = try Paths.dataFolder()
    let path = "\(context.output)/\(Self.file)"
    do {
      try set.save(parameters.split, dataFolder: folder, to: path) { context.progress($0, "") }
    } catch let error as DatasetError {
      throw StepsError(.dataMissing, error.description)
    }
    guard set.fingerprint(dataFolder: folder) == parameters.fingerprint else {
      throw StepsError(
        .dataMissing, "the images of \(parameters.set) have changed since the run was planned; run again")
    }
    if parameters.first > 0 { try keepFirst(parameters.first, of: path) }
    let images = try ImageCollection(file: path)
    try DurableFile.write(
      "\(images.provenance)\n", to: "\(context.output)/\(DatasetStep.provenanceFile)")
  }

  private func keepFirst(_ count: Int, of path: String) throws {
    let all = try ImageCollection(file: path)
    guard count < all.count else { return }
    try ImageCollectionWriter.write(
      to: path, channels: all.channels, height: all.height, width: all.width, classes: all.classes,
      provenance: "the first \(count) of \(all.provenance)", isLabelled: !all.labels.isEmpty
    ) { writer in
      for index in 0..<count {
        try all.withPixels(of: index) {
          try writer.append($0, label: all.labels.isEmpty ? nil : all.labels[index])
        }
      }
    }
  }
}
