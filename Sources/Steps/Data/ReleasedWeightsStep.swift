import Datasets
import Files
import Manifest
import Pipeline

/// Copies the arrays of a network that others have trained into the store.
struct ReleasedWeightsStep: DataStep {
  let name = "released-weights"
  let version = 1

  private struct Parameters: Decodable {
    let fingerprint: String
  }

  func step(reading split: DataSplit, of set: any DataSet, first: Int, from origin: DataOrigin) -> Step {
    var parameters: [String: JSON] = ["fingerprint": origin.fingerprint]
    // Steps were made before there was a second set.
    if set.name != DCGANWeightsSet().name { parameters["set"] = .string(set.name) }
    return Step(
      kind: name, version: version, parameters: .object(parameters), label: set.words,
      needs: Needs(seconds: 2))
  }

  func source(of step: Step) -> (set: any DataSet, split: DataSplit)? {
    let set = step.parameters["set"]?.string.flatMap(Catalogue.set) ?? DCGANWeightsSet()
    return set.splits.first.map { (set, $0) }
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    _ = try save(context, fingerprint: parameters.fingerprint, to: context.output)
  }
}

extension PlanBuilder {
  mutating func addReleasedWeights(_ set: any DataSet) -> String {
    set.add(set.splits[0], sources, to: &plan)
  }
}
