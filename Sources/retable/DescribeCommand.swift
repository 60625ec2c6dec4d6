import ArgumentParser
import Files
import Manifest
import Steps

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Show a table's rows, columns, claims and deviations.")

  @Argument(help: "The table.", completion: .tables) var table: String
  @OptionGroup var experiments: ExperimentsOptions
  @Option(help: "The profile.") var profile: Profile = .quick
  @Flag(help: "Only the numbers of the images that codes are computed of, from 0, a line each.") var pool =
    false

  func run() throws {
    let experiment = try experiments.manifest(table).experiment(profile)
    if pool { return try printPool(of: experiment) }
    Terminal.print("\(experiment.table): \(experiment.title)")
    Terminal.print("\(experiment.source.paper), \(experiment.source.place)")
    Terminal.print(
      "profile \(experiment.profile), \(Say.count(experiment.repeats, "repeat")), seed \(experiment.seed)\n")
    Terminal.print("Columns")
    for column in experiment.columns {
      Terminal.print("  \(column.id): \(column.label)\(column.unit.isEmpty ? "" : " [\(column.unit)]")")
      Terminal.print("      \(text(column.metric))")
      if let classifier = column.classifier { Terminal.print("      answered by \(text(classifier))") }
      let labels = column.labelsPerClass.map { ["\(Say.count($0, "label")) of each class"] } ?? []
      let draws = column.draws.map { $0 > 1 ? ["\($0) draws"] : [] } ?? []
      let split = column.split.map { ["on the \($0) split"] } ?? []
      let facts =
        labels + draws + split + (column.rows.map { ["of \($0.joined(separator: ", ")) alone"] } ?? [])
      if !facts.isEmpty { Terminal.print("      \(facts.joined(separator: ", "))") }
    }
    Terminal.print("\nRows")
    for row in experiment.rows {
      Terminal.print("  \(row.id): \(row.label)\(row.group == .published ? "" : " (\(row.group.rawValue))")")
      Terminal.print("      \(text(row.representation))")
      if let classifier = row.classifier { Terminal.print("      answered by \(text(classifier))") }
      let draws = row.draws.map { [Say.count($0, "draw")] } ?? []
      let repeats = row.repeats.map { [Say.count($0, "repeat")] } ?? []
      let facts = draws + repeats + (row.split.map { ["on the \($0) split"] } ?? [])
      if !facts.isEmpty { Terminal.print("      \(facts.joined(separator: ", "))") }
      if let search = row.search { describe(search, experiment) }
      for (column, claim) in row.published.sorted(by: { $0.key < $1.key }) {
        Terminal.print("      published \(column): \(claim.value)\(claim.spread.map { " ± \($0)" } ?? "")")
        for doubt in claim.doubts { Terminal.print("        doubt: \(doubt)") }
      }
      for deviation in row.deviations { Terminal.print("      deviates: \(deviation)") }
      for choice in row.choices { Terminal.print("      chosen:   \(choice)") }
    }
    if !experiment.deviations.isEmpty { Terminal.print("\nThe whole table deviates") }
    for deviation in experiment.deviations { Terminal.print("  \(deviation)") }
    if !experiment.choices.isEmpty { Terminal.print("\nChosen where the paper is silent") }
    for choice in experiment.choices { Terminal.print("  \(choice)") }
    if !experiment.expectations.isEmpty { Terminal.print("\nExpected orderings") }
    for e in experiment.expectations {
      Terminal.print("  \(e.left) \(e.relation.rawValue) \(e.right) on \(e.column)")
    }
  }

  private func printPool(of experiment: Experiment) throws {
    guard let pool = try Planner.pool(of: experiment) else {
      throw CommandFailure(
        "error: table '\(experiment.table)' has no pool of images; tables of codes have one", code: .usage)
    }
    Terminal.print(pool.map(String.init).joined(separator: "\n"))
  }

  /// The search, and the values of every trial of the first repeat: they are known before anything runs.
  private func describe(_ search: Search, _ experiment: Experiment) {
    for line in search.lines { Terminal.print("      \(line)") }
    for trial in 0..<search.trials {
      let values = search.values(ofTrial: trial, root: experiment.seed, repetition: 0)
      let text = values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.canonical)" }
      Terminal.print("        trial \(trial + 1): \(text.joined(separator: ", "))")
    }
  }

  private func text(_ configured: Configured) -> String {
    let parameters = configured.parameters.sorted { $0.key < $1.key }.map {
      "\($0.key) \($0.value.canonical)"
    }
    return ([configured.kind] + parameters).joined(separator: ", ")
  }
}
