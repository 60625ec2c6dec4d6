import Files
import Manifest
import Pipeline
import Results

/// Collects the steps of one row and repeat.
struct PlanBuilder {
  var plan: Plan
  let kinds: Kinds
  let experiment: Experiment
  let row: Row
  let repetition: Int
  /// Identities of the steps that give the data set, by the role under which other steps read them.
  let data: [String: String]
  let sources: DataSources

  /// The seed of this repeat for one purpose. It does not depend on the row: rows with equal networks start from
  /// equal weights, and every row is scored on the same draws, so that rows can be compared as pairs.
  func seed(_ purpose: String) -> UInt64 { seed(purpose, of: repetition) }

  /// The seed of another repeat: the first one's for what takes no chance, so that it is computed and counted once.
  func seed(_ purpose: String, of repetition: Int) -> UInt64 {
    Seed.derive(root: experiment.seed, path: "\(purpose)/\(repetition)")
  }

  var label: String { "\(row.id), repeat \(repetition + 1)" }

  mutating func add(
    _ kind: any StepKind, _ parameters: JSON, inputs: [String: String], seed: UInt64? = nil, label: String,
    needs: Needs, sources: [String: String] = [:]
  ) -> String {
    plan.add(
      Step(
        kind: kind.name, version: kind.version, parameters: parameters, inputs: inputs, seed: seed,
        label: label, needs: needs, sources: sources))
  }

  mutating func addPicture(_ kind: PictureKind, _ identity: String) {
    addTarget(.figure, kind.file(of: row.id), identity)
  }

  mutating func addTarget(_ role: Target.Role, _ name: String, _ identity: String) {
    plan.add(Target(role: role, row: row.id, name: name, repetition: repetition, identity: identity))
  }

  /// Whether the row has such a target in this repeat already: several of its columns may come to one.
  func hasTarget(_ role: Target.Role, _ name: String) -> Bool {
    plan.targets.contains {
      $0.role == role && $0.row == row.id && $0.name == name && $0.repetition == repetition
    }
  }

  /// A target that several rows or columns come to, once for each row.
  mutating func addSharedTarget(_ role: Target.Role, _ name: String, _ identity: String) {
    let target = Target(role: role, row: row.id, name: name, repetition: repetition, identity: identity)
    if !plan.targets.contains(target) { plan.add(target) }
  }
}
