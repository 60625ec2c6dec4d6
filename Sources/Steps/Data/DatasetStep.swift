import Datasets
import Files
import Pipeline

/// Packs images with known factors from their official file, or draws them, once for all rows.
struct DatasetStep: DataStep {
  let name = "dataset"
  let version = 1

  static let file = "images.bits"
  /// Where the images come from, among the parameters.
  private static let official = "official"
  private static let rendered = "rendered"

  private struct Parameters: Decodable {
    let origin: String
    /// Nil where the images are drawn.
    let fingerprint: String?
  }

  func step(reading split: DataSplit, of set: any DataSet, first: Int, from origin: DataOrigin) -> Step {
    let words = origin == .made ? Self.rendered : Self.official
    var parameters: [String: JSON] = ["kind": .string(set.name), "origin": .string(words)]
    if origin != .made { parameters["fingerprint"] = origin.fingerprint }
    return Step(
      kind: name, version: version, parameters: .object(parameters), label: "data set \(set.name) (\(words))",
      needs: Needs(cores: 2, memory: 1 << 30, seconds: 30))
  }

  func source(of step: Step) -> (set: any DataSet, split: DataSplit)? {
    guard let set = step.parameters["kind"]?.string.flatMap(Catalogue.set), let split = set.splits.first
    else { return nil }
    return (set, split)
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let saved = try save(
      context, fingerprint: parameters.fingerprint, to: "\(context.output)/\(Self.file)")
    try write(saved, in: context.output)
  }
}

extension StepContext {
  /// The images of the `data` input, mapped into memory and shared with other workers.
  func images() throws -> DSprites {
    try DSprites(file: "\(input("data"))/\(DatasetStep.file)")
  }
}
