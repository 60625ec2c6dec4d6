import Datasets
import Files
import Manifest
import Pipeline

/// Packs the photographs and label maps of one split at one size, once for all rows.
struct ScenesStep: DataStep {
  let name = "scenes"
  let version = 1

  /// At which size, and with which truth.
  var form = SceneForm(side: 128, truth: .native, ids: .cleaned)

  private struct Parameters: Decodable {
    let fingerprint: String
  }

  func step(reading split: DataSplit, of set: any DataSet, first: Int, from origin: DataOrigin) -> Step {
    let words = form.truth == .none ? "" : ", with classes"
    return Step(
      kind: name, version: version,
      parameters: .object(
        form.json.merging([
          "set": .string(set.name), "split": .string(split.name), "fingerprint": origin.fingerprint,
        ]) { $1 }),
      label: "scenes of \(set.name), \(split.name), at \(form.side)x\(form.side)\(words)",
      needs: Needs(cores: 2, memory: 1 << 30, seconds: 30))
  }

  func source(of step: Step) -> (set: any DataSet, split: DataSplit)? { ImagesStep().source(of: step) }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let form = try SceneForm(context.step.parameters)
    let saved = try save(
      context, fingerprint: parameters.fingerprint, to: context.output,
      by: { set, split, path in
        guard let set = set as? any SceneDataSet else {
          throw StepsError(.failed, "the data set '\(set.name)' has no scenes")
        }
        return try set.saveScenes(
          split, at: path, side: form.side, truth: form.truth, rule: form.ids ?? .cleaned, to: context.output
        ) { context.progress($0, "") }
      })
    try write(saved, in: context.output)
  }
}

/// The size of packed scenes, and the truth that is packed with them.
struct SceneForm: Equatable {
  var side: Int
  var truth: TruthSize
  /// Nil where no truth is packed, and so no rule matters.
  var ids: IdRule?

  init(side: Int, truth: TruthSize, ids: IdRule) {
    self.side = side
    self.truth = truth
    self.ids = truth == .none ? nil : ids
  }

  init(_ parameters: JSON) throws {
    guard let side = parameters["side"]?.int, let truth = parameters["truth"]?.string,
      let size = TruthSize(word: truth)
    else { throw StepsError(.failed, "the step names no size of scenes") }
    let rule = parameters["ids"]?.string.flatMap(IdRule.init)
    self.init(side: side, truth: size, ids: rule ?? .cleaned)
  }

  var json: [String: JSON] {
    var json: [String: JSON] = ["side": .int(side), "truth": .string(truth.word)]
    if let ids { json["ids"] = .string(ids.rawValue) }
    return json
  }
}

extension TruthSize {
  fileprivate var word: String {
    switch self {
    case .none: "none"
    case .native: "native"
    case .side(let side): String(side)
    }
  }

  fileprivate init?(word: String) {
    switch word {
    case "none": self = .none
    case "native": self = .native
    default:
      guard let side = Int(word), side > 0 else { return nil }
      self = .side(side)
    }
  }
}

extension StepContext {
  /// The packed scenes of an input.
  func scenes(_ role: String) throws -> ScenePairs { try ScenePairs(folder: input(role)) }
}
