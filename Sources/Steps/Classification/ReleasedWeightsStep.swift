import Datasets
import Files
import Models
import Pipeline

/// Copies the arrays of the discriminator that the DCGAN authors released into the store.
struct ReleasedWeightsStep: StepKind {
  let name = "released-weights"
  let version = 1

  /// As `DataSources` and messages call the set.
  static let set = "dcgan-released-weights"
  private static let network = "imagenet_gan_pretrain_128f_relu_lrelu_7l_3x3_256z"

  func run(_ context: StepContext) throws {
    let folder = try Self.folder()
    let files = POSIXFileSystem()
    for name in try files.sortedNames(in: folder) where name.hasSuffix(".npy") {
      try DurableFile.write(try files.contents(of: "\(folder)/\(name)"), to: "\(context.output)/\(name)")
    }
  }

  static func fingerprint() -> String? {
    guard let folder = try? folder(),
      let names = try? POSIXFileSystem().sortedNames(in: folder)
    else { return nil }
    return try? Fingerprint.ofFiles(names.filter { $0.hasSuffix(".npy") }.map { "\(folder)/\($0)" })
  }

  static func folder() throws -> String {
    let data = try Paths.dataFolder()
    let candidates = [set, "dcgan_code"].flatMap { place in
      ["models/", ""].map { Paths.join(data, place, "\($0)\(network)") }
    }
    guard
      let folder = try candidates.first(where: {
        try POSIXFileSystem().statusIfPresent(of: $0)?.kind == .directory
      })
    else {
      throw StepsError(
        .dataMissing,
        "the released DCGAN weights are not there; looked for \(candidates.joined(separator: ", "))")
    }
    return folder
  }
}

extension PlanBuilder {
  mutating func addReleasedWeights() -> String {
    add(
      ReleasedWeightsStep(),
      ["fingerprint": .string(sources.fingerprints[ReleasedWeightsStep.set] ?? DataSources.missing)],
      inputs: [:],
      label: "released DCGAN weights", needs: Needs(seconds: 2))
  }
}
