import Datasets
import Files
import Foundation
import Pipeline

/// Renders dSprites, or packs the official file, once for all rows.
struct DatasetStep: StepKind {
  let name = "dataset"
  let version = 1

  static let file = "images.bits"
  static let provenanceFile = "provenance.txt"

  private struct Parameters: Decodable {
    let origin: String
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let images: DSprites
    if parameters.origin == DataSources.official {
      guard let path = DataSources.officialDSprites() else {
        throw StepsError(
          .dataMissing,
          "the official dSprites file was there when the run was planned and is gone; "
            + "restore it under RETABLE_DATA, or unset RETABLE_DATA to render the images")
      }
      images = try DSprites(officialFile: path) { context.progress($0, "reading \(path)") }
    } else {
      images = try DSprites.rendered()
    }
    try images.save(to: "\(context.output)/\(DatasetStep.file)")
    try DurableFile.write("\(images.provenance)\n", to: "\(context.output)/\(DatasetStep.provenanceFile)")
  }
}

extension StepContext {
  /// The images of the `data` input, mapped into memory and shared with other workers.
  func images() throws -> DSprites {
    try DSprites(file: "\(input("data"))/\(DatasetStep.file)")
  }
}
