import ArgumentParser
import Files
import Foundation
import Manifest
import Pipeline
import Steps

struct StorePrune: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Remove artifacts that no table needs any more.",
    discussion: """
      Kept is what the present manifests plan, in every profile and on every device. Removed are artifacts of earlier \
      parameters and code versions, work that nobody is on, and quarantined artifacts. Where a data set is not found, \
      everything that could have come of it is kept.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var experiments: ExperimentsOptions
  @Flag(help: "Only say what would be removed.") var dryRun = false

  func run() throws {
    let store = try self.store.opened
    let kept = try Kept(plans())
    var (count, bytes) = (0, 0)
    for leftover in try store.leftovers(keeping: { kept.contains($0, in: store) }) {
      count += 1
      bytes = bytes.addingClamped(leftover.bytes)
      Terminal.print("\(leftover.name)  \(Say.bytes(leftover.bytes))")
      if !dryRun { try store.remove(leftover) }
    }
    Terminal.print(
      "\(Say.count(count, "item")), \(Say.bytes(bytes)) \(dryRun ? "would be removed from" : "removed from") "
        + store.root)
  }

  private func plans() throws -> [Plan] {
    try experiments.experimentsFolder().manifests().flatMap { _, path in
      let manifest = try ManifestFile.load(path: path, vocabulary: Kinds.standard.vocabulary)
      return Profile.allCases.flatMap { profile in
        let experiment = manifest.experiment(profile)
        return ["cpu", "cuda"].flatMap { device in
          DataSources.possible(for: experiment, in: Paths.parent(of: path)).map {
            Planner(sources: $0).plan(experiment).moved(to: device)
          }
        }
      }
    }
  }
}

/// What pruning leaves alone.
private struct Kept {
  private var identities: Set<String> = []
  /// Labels of steps behind data that are not there now: their identities cannot be known.
  private var labels: Set<String> = []

  init(_ plans: [Plan]) {
    for plan in plans {
      var unknown: Set<String> = []
      for step in plan.steps {
        identities.insert(step.identity)
        guard step.readsMissingData || !unknown.isDisjoint(with: step.inputs.values) else { continue }
        unknown.insert(step.identity)
        labels.insert(step.label)
      }
    }
  }

  func contains(_ identity: String, in store: Store) -> Bool {
    if identities.contains(identity) { return true }
    guard let step = store.step(identity) else { return !labels.isEmpty }
    return mayComeOfMissingData(step, in: store)
  }

  /// By the label of a step, and by what it read as far as the store tells: what came of data that are there is known.
  private func mayComeOfMissingData(_ step: Step, in store: Store) -> Bool {
    guard labels.contains(step.label) else { return false }
    return step.inputs.isEmpty
      || step.inputs.values.contains { input in
        guard !identities.contains(input) else { return false }
        return store.step(input).map { mayComeOfMissingData($0, in: store) } ?? true
      }
  }
}
