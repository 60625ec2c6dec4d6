import Files
import Foundation
import Manifest
import Pipeline
import Results
import Testing

@testable import Steps

@Suite struct PlannerTests {
  /// Never the main value in another's place.
  @Test func aColumnShowsTheNumberThatItNamesOrNone() throws {
    let score = ScoreOutput(values: [0.5], details: ["completeness": 0.75, "disentanglement": 0.5])
    func shown(_ report: String?) throws -> [Double] {
      try Collector.values(
        of: score,
        shownBy: Column(
          id: "dci", label: "DCI",
          metric: Configured(kind: "dci", parameters: report.map { ["report": .string($0)] } ?? [:])))
    }
    #expect(try shown(nil) == [0.5])
    #expect(try shown("completeness") == [0.75])
    let error = #expect(throws: StepsError.self) { try shown("informativeness") }
    #expect(
      error?.description
        == "the column `dci` shows `informativeness`, which its metric has not measured; it has completeness, disentanglement"
    )
  }

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
    let manifest = try ManifestFile.parse(
      text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary)
    return Planner(sources: DataSources()).plan(manifest.experiment(.quick))
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
}
