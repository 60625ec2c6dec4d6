import Files
import Models
import Pipeline

/// Groups the surrogate classes that a first Exemplar CNN cannot tell apart (Dosovitskiy et al. 2015, section 3.3).
struct ClustersStep: StepKind {
  let name = "clusters"
  let version = 1
  let kinds: Kinds

  private static let file = "classes.json"

  private struct Parameters: Decodable {
    let clusters: Int
  }

  func run(_ context: StepContext) throws {
    let clusters = try context.step.parameters.parameters(as: Parameters.self).clusters
    let folder = context.input("model")
    // The seed of the training: it draws the same seed patches again.
    let network = try TrainStep.model(in: folder) { [kinds] in try kinds.network($0) }.untrained(context)
    guard let exemplar = network as? ExemplarCNN else {
      throw StepsError(.failed, "only an Exemplar CNN has surrogate classes")
    }
    try exemplar.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    let classes = SurrogateClasses(clustering: try exemplar.meanActivations(), groups: clusters)
    try JSON.write(classes, to: "\(context.output)/\(Self.file)")
  }

  /// The classes that a training is given, if any.
  static func classes(_ context: StepContext) throws -> SurrogateClasses? {
    guard context.hasInput("classes") else { return nil }
    return try JSON.read(SurrogateClasses.self, at: "\(context.input("classes"))/\(file)")
  }
}
