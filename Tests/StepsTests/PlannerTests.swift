import Files
import Foundation
import Manifest
import Pipeline
import Testing

@testable import Steps

@Suite struct PlannerTests {
  static let text = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: {kind: dsprites, pool: 100}
    repeats: 2
    columns:
      - {id: mig, label: MIG, metric: mig}
      - {id: dci-d, label: D, metric: {kind: dci, report: disentanglement}}
      - {id: dci-c, label: C, metric: {kind: dci, report: completeness}}
    rows:
      - {id: pca, label: PCA, representation: pca}
      - {id: vae, label: VAE, representation: {kind: vae, beta: 1, updates: 10}}
    """

  func plan(_ text: String) throws -> Plan {
    let manifest = try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary)
    return Planner(sources: DataSources()).plan(try manifest.experiment(profile: "quick"))
  }

  func count(_ plan: Plan, _ kind: String) -> Int { plan.steps.count { $0.kind == kind } }

  @Test func sharedPrefixesAreMerged() throws {
    let plan = try plan(PlannerTests.text)
    #expect(count(plan, "dataset") == 1)
    #expect(count(plan, "pca") == 1, "PCA has no seed and is fitted once for both repeats")
    #expect(count(plan, "train") == 2)
    #expect(count(plan, "features") == 3)
    // Two columns show two numbers of one DCI measurement: (mig + dci) x 2 rows x 2 repeats.
    #expect(count(plan, "score") == 8)
  }

  @Test func aNewRowMovesNoOtherStep() throws {
    let before = Set(try plan(PlannerTests.text).steps.map(\.identity))
    let longer =
      PlannerTests.text + "\n  - {id: beta, extends: vae, label: B, set: {representation.beta: 4}}\n"
    let after = Set(try plan(longer).steps.map(\.identity))
    #expect(before.isSubset(of: after))
    #expect(after.count > before.count)
  }

  @Test func everyKindOfStepIsRegistered() throws {
    for step in try plan(PlannerTests.text).steps {
      #expect(Kinds.standard.registry[step.kind]?.version == step.version, "\(step.kind)")
    }
  }

  /// The manifest's words and the Swift types they become must not drift apart.
  @Test func defaultsOfEveryMetricDecode() throws {
    for kind in disentanglementMetrics {
      var parameters: [String: JSON] = ["kind": .string(kind.name)]
      for field in kind.fields {
        parameters[field.name] = field.defaultValue ?? PlannerTests.sample(field.type)
      }
      parameters["report"] = nil
      let decoded: any Encodable =
        switch kind.name {
        case "higgins": try JSON.object(parameters).parameters(as: Scoring.HigginsParameters.self)
        case "factor-vae": try JSON.object(parameters).parameters(as: Scoring.VoteParameters.self)
        case "mig", "modularity":
          try JSON.object(parameters).parameters(as: Scoring.InformationParameters.self)
        case "dci": try JSON.object(parameters).parameters(as: Scoring.BoostingParameters.self)
        default: try JSON.object(parameters).parameters(as: Scoring.SampleParameters.self)
        }
      // Every field but the kind itself is read by the type, none is ignored.
      #expect(try JSON(encoding: decoded).object?.count == parameters.count - 1, "\(kind.name)")
    }
  }

  static func sample(_ type: FieldType) -> JSON {
    switch type {
    case .integer(let range): .int(range.lowerBound)
    case .number(let range): .number(range.lowerBound)
    case .boolean: false
    case .text: ""
    case .choice(let names): .string(names[0])
    case .list(let element, let count): .array([JSON](repeating: sample(element), count: count.lowerBound))
    case .object: [:]
    }
  }
}
