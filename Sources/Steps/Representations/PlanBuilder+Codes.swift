import Datasets
import Files
import Manifest
import Pipeline

extension Experiment {
  /// The pool that metric points are drawn from.
  fileprivate var pool: JSON {
    [
      "images": dataset.parameters["pool"] ?? 0,
      "seed": .string(String(Seed.derive(root: seed, path: "pool"))),
    ]
  }
}

extension Planner {
  /// The images that codes of a table are computed of, by their numbers in the data set, in the order of the codes; nil where
  /// the table has no codes.
  public static func pool(of experiment: Experiment) throws -> [Int]? {
    guard experiment.dataset.kind == DSpritesSet().name else { return nil }
    return try experiment.pool.decode(Pool.self).indices(of: .dSprites)
  }
}

extension PlanBuilder {
  /// The pool that metric points are drawn from: the same for every row and repeat.
  var pool: JSON { experiment.pool }

  /// Codes of the pool.
  mutating func addFeatures(
    _ configured: Configured, by kind: (some Representation).Type, inputs: [String: String] = [:],
    seed: UInt64? = nil, label: String, needs: Needs = Needs(memory: 1 << 30, seconds: 10)
  ) -> String {
    add(
      FeaturesStep(kinds: kinds), ["representation": configured.identified(by: kind), "pool": pool],
      inputs: data.merging(inputs) { $1 }, seed: seed, label: label, needs: needs)
  }

  /// Trains a model and computes its codes; shows how it learned, and for the first repeat what its latents do.
  ///
  /// - Parameters:
  ///   - memory: in bytes.
  ///   - seconds: of one update, on one core of a machine of today.
  mutating func addTrained<Model: FactorModel>(
    _ model: Model, _ configured: Configured, memory: Int, seconds: Double
  ) -> String {
    let trained = add(
      TrainStep(kinds: kinds), configured.identified(by: Model.self), inputs: data, seed: seed("train"),
      label: "train \(label)",
      needs: Needs(
        cores: model.threads, memory: memory, seconds: 1 + seconds * Double(model.updates), device: true))
    let features = addFeatures(
      Configured(kind: configured.kind, parameters: [:]), by: Model.self, inputs: ["model": trained],
      label: "codes \(label)", needs: Needs(memory: 3 << 29, seconds: 10, device: true))
    addPictures(of: trained)
    addResponses(of: features, model: trained)
    return features
  }

  private mutating func addPictures(of model: String) {
    let milestones = add(
      MilestoneStep(kinds: kinds), ["pairs": 16, "train-points": 2000, "test-points": 2000],
      inputs: data.merging(["model": model]) { $1 }, seed: seed("score"), label: "learning curve of \(label)",
      needs: Needs(memory: 1 << 30, seconds: 5, device: true))
    addTarget(.model, "curve", milestones)
    guard repetition == 0 else { return }
    let picture = add(
      TraversalStep(kinds: kinds), ["steps": 9], inputs: data.merging(["model": model]) { $1 },
      seed: seed("figure"), label: "traversals of \(row.id)",
      needs: Needs(memory: 1 << 30, seconds: 5, device: true))
    addPicture(.traversal, picture)
  }
}
