import Datasets
import Files
import Pipeline

/// Packs one split of a set of images from its official layout, once for all rows.
struct ImagesStep: DataStep {
  let name = "images"
  let version = 1

  static let file = "images.pack"

  private struct Parameters: Decodable {
    /// How many of the images are kept, from the first on; 0 means all.
    let first: Int
    let fingerprint: String
  }

  func step(reading split: DataSplit, of set: any DataSet, first: Int, from origin: DataOrigin) -> Step {
    Step(
      kind: name, version: version,
      parameters: [
        "set": .string(set.name), "split": .string(split.name), "first": .int(first),
        "fingerprint": origin.fingerprint,
      ], label: "images of \(set.name), \(split.name)", needs: Needs(memory: 1 << 29, seconds: 10))
  }

  func source(of step: Step) -> (set: any DataSet, split: DataSplit)? {
    guard let set = step.parameters["set"]?.string.flatMap(Catalogue.set),
      let split = step.parameters["split"]?.string.flatMap(set.split)
    else { return nil }
    return (set, split)
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let path = "\(context.output)/\(Self.file)"
    let saved = try save(context, fingerprint: parameters.fingerprint, to: path)
    if parameters.first > 0 { try keepFirst(parameters.first, of: path) }
    try write(saved, provenance: ImageCollection(file: path).provenance, in: context.output)
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
