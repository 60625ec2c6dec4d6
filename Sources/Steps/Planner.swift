import Files
import Manifest
import Pipeline
import Results

/// Turns an experiment into a plan. Pure: looks at no data and trains nothing.
public struct Planner: Sendable {
  let kinds: Kinds
  let sources: DataSources

  public init(sources: DataSources, kinds: Kinds = .standard) {
    self.kinds = kinds
    self.sources = sources
  }

  /// Every row and repeat, in the order of the table.
  ///
  /// - Parameter repetitions: of rows of which not every repeat is wanted, those that are, from 0.
  public func plan(_ experiment: Experiment, repetitions: [String: Set<Int>] = [:]) -> Plan {
    var plan = Plan()
    let data = data(of: experiment, in: &plan)
    for row in experiment.rows {
      for repetition in 0..<experiment.repeats(of: row)
      where repetitions[row.id]?.contains(repetition) ?? true {
        var builder = PlanBuilder(
          plan: plan, kinds: kinds, experiment: experiment, row: row, repetition: repetition, data: data,
          sources: sources)
        builder.addRow()
        plan = builder.plan
      }
    }
    return plan
  }

  private func data(of experiment: Experiment, in plan: inout Plan) -> [String: String] {
    guard let set = kinds.datasets.first(where: { $0.name == experiment.dataset.kind }) else {
      preconditionFailure(
        "the manifest was validated, yet its data set '\(experiment.dataset.kind)' is unknown")
    }
    return set.add(
      experiment.dataset, sources, seed: Seed.derive(root: experiment.seed, path: "validation"), to: &plan)
  }
}

extension PlanBuilder {
  /// The steps of one row and repeat: what represents the data, what answers for it, and a score for each column.
  mutating func addRow() {
    guard let representation = kinds.representations.first(where: isNamed) else {
      preconditionFailure(
        "the manifest was validated, yet its representation '\(row.representation.kind)' is unknown")
    }
    let settled = settled(representation, row.representation)
    let represented = settled.plan(row.representation, in: &self)
    for column in experiment.columns where column.includes(row) && makes(column, by: settled) {
      addTarget(.score, column.id, addScore(column, of: represented, by: settled))
    }
  }

  /// Whether a representation leaves what a column reads; one that others have made may leave only some of it.
  private func makes(_ column: Column, by representation: any Representation) -> Bool {
    guard let scenes = representation as? any SceneRepresentation,
      let reader = kinds.readers.first(where: { $0.name == row.classifier(column)?.kind })
    else { return true }
    return scenes.makes(reader.reads)
  }

  private func isNamed(_ kind: any Representation.Type) -> Bool {
    kind.name == row.representation.kind
      && experiment.dataset.ports(in: kinds).contains(kind.takes)
  }

  /// A configuration as the value that its kind declares.
  func settled<Kind: Parameterised>(_ kind: Kind.Type, _ configured: Configured) -> Kind {
    do {
      return try Kind(configured.parameters)
    } catch {
      preconditionFailure("the manifest was validated, yet \(error)")
    }
  }

  private mutating func addScore(
    _ column: Column, of represented: String, by representation: any Representation
  ) -> String {
    let port = type(of: representation).gives
    if let statistic = OutcomeStatistic.named(column.metric.kind) {
      let outcomes =
        port == statistic.takes
        ? represented
        : port == .images
          ? addConfusions(column, of: represented, by: representation) : addFit(column, on: represented, port)
      return add(
        ScoreStep(kinds: kinds), column.metric.identified(revision: statistic.revision),
        inputs: ["outcomes": outcomes],
        label: "score \(label): \(column.id)", needs: Needs(seconds: 0.1))
    }
    guard let statistic = kinds.statistics.first(where: { $0.name == column.metric.kind }) else {
      preconditionFailure("the manifest was validated, yet its metric '\(column.metric.kind)' is unknown")
    }
    return statistic.plan(column, on: represented, in: &self)
  }
}

extension Configured {
  /// What a data set gives.
  fileprivate func ports(in kinds: Kinds) -> [Port] {
    kinds.datasets.first { $0.name == kind }?.kind.gives ?? []
  }
}
