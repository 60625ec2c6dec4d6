import Datasets
import Files
import Pipeline

extension Step {
  /// Whether the step reads a data set that was not found when it was planned.
  public var readsMissingData: Bool { parameters["fingerprint"]?.string == DataSources.missing }
}

extension Agenda {
  /// What steps that have to run will not find in the data folder, each with how to get it. Known before anything runs.
  public var missingData: [(step: Step, problem: String)] {
    toRun.compactMap { step in
      guard step.readsMissingData else { return nil }
      let problem: String? =
        switch step.kind {
        case ImagesStep().name: ImageSet(rawValue: step.parameters["set"]?.string ?? "")?.problem()
        case ReleasedWeightsStep().name: ReleasedWeightsStep.problem()
        default: nil
        }
      return (step, problem ?? "its data are missing")
    }
  }
}

extension ImageSet {
  /// Why the set cannot be read, or nil where it can.
  func problem() -> String? {
    problemOf {
      let folder = try Paths.dataFolder()
      switch self {
      case .cifar10: _ = try CIFAR10(CIFAR10.locate(dataFolder: folder)).fingerprint()
      case .imagenet:
        _ = try ImageFolder(ImageFolder.locate(ImageFolder.imageNetNames, dataFolder: folder)).fingerprint()
      case .stl10: _ = try STL10(STL10.locate(dataFolder: folder)).fingerprint(.unlabeled)
      }
    }
  }
}

extension ReleasedWeightsStep {
  static func problem() -> String? { problemOf { _ = try folder() } }
}

private func problemOf(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
