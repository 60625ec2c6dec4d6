import Files
import Pipeline
import Results

/// Feature maps of the widest layer, a column of Radford et al. 2016, Table 1. Not the length of the feature vector.
struct UnitsStep: StepKind {
  let name = "feature-units"
  let version = 1

  func run(_ context: StepContext) throws {
    let units = try FeatureDescription(folder: context.input("features")).units
    try ScoreOutput(values: [Double(units)]).save(in: context.output)
  }
}

extension ScoreOutput {
  static let file = "score.json"

  func save(in folder: String) throws {
    try DurableFile.write(try JSON(encoding: self).canonical, to: "\(folder)/\(ScoreOutput.file)")
  }
}
