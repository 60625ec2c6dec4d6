import ArgumentParser
import Files
import Foundation
import Manifest
import Pipeline
import Report
import Results

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Measure a table again and compare it with the recorded results.",
    discussion: """
      Runs what the store lacks, writes nothing to Results, and compares every cell: exactly where the same libraries and \
      processor made both, else by the tolerances of the columns and paired tests (docs/check.md).

      With --recorded nothing runs: the recorded files of every profile are checked against each other and against the manifest.

      Rows and repeats that the record leaves open ('retable run --row ... --record') are left out.

      Exit codes: 0 fine; 3 a number regressed or cannot be compared; 4 a number improved; 5 there is nothing recorded. \
      Of several tables the worst decides: 3, then what kept a table from being measured, then 4 and 5. \
      'retable accept' records what is there now, with a reason.
      """)

  @Argument(
    help: "The tables (default: every table that has recorded results of the profile).", completion: .tables)
  var tables: [String] = []
  @Option(help: "The profile (default: quick; with --recorded all that are recorded).")
  var profile: Profile?
  @Flag(help: "Run nothing: check the recorded files alone.") var recorded = false
  @Flag(help: "Leave out tables whose data are not on this machine, and say so.") var whereData = false
  @Flag(help: "List every cell that differs, not only those that matter.") var all = false
  @OptionGroup var project: ProjectOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var execution: ExecutionOptions
  @Option(
    help: ArgumentHelp("Append the summary to this Markdown file, such as a job's page.", valueName: "file"))
  var summary: String?
  @Option(
    help: ArgumentHelp("Write the comparison to this file as JSON lines, one table each.", valueName: "file"))
  var json: String?

  func run() async throws {
    // Where the outcome cannot be written, that is told before anything is measured.
    for path in [summary, json].compactMap({ $0 }) { try append("", to: path) }
    var endings = Endings()
    var documents: [JSON] = []
    var interruption: CommandFailure?
    for (table, profile) in try chosen() {
      let outcome: Outcome
      do {
        outcome = try await check(table, profile)
      } catch {
        let failure = CommandFailure(error, colour: false)
        guard failure.code != .interrupted else {
          interruption = failure
          break
        }
        // The other tables are as they are.
        outcome = unchecked(table, profile, failure)
      }
      Terminal.print(outcome.markdown)
      if let summary { try append(outcome.markdown + "\n", to: summary) }
      documents.append(outcome.json)
      endings.take(outcome.code)
    }
    if let json { try DurableFile.write(documents.map { $0.canonical + "\n" }.joined(), to: json) }
    if let interruption { throw interruption }
    try endings.check()
  }

  private struct Outcome {
    let markdown: String
    let json: JSON
    let code: ExitCode
  }

  private func check(_ table: String, _ profile: Profile) async throws -> Outcome {
    let manifest = try project.manifest(table)
    let experiment = manifest.experiment(profile)
    let baseline = try RecordedTables.read(table, profile, of: project)
    if recorded {
      return try checkFiles(baseline, try project.folder(table, profile.rawValue), experiment)
    }
    let run = TableRun(
      baseline.measuredPart(of: experiment), repetitions: baseline.begunRows(of: experiment),
      of: manifest.path,
      store: try execution.opened(store), device: try execution.chosenDevice())
    if whereData, let missing = run.plan.steps.first(where: \.readsMissingData) {
      return leftOut(experiment, "\(missing.label) are not in the data folder")
    }
    let summary = try await run.compute(execution)
    try run.check(summary, listing: !execution.quiet)
    let comparison = Comparison(before: baseline, after: try run.collector.collect())
    let code: ExitCode =
      switch comparison.verdict {
      case .regressed: .regressed
      case .improved: .improved
      case .noBaseline: .noBaseline
      case .fine: .success
      }
    return Outcome(markdown: comparison.markdown(all: all), json: comparison.json(), code: code)
  }

  private func checkFiles(_ baseline: TableResults, _ folder: String, _ experiment: Experiment) throws
    -> Outcome
  {
    let problems = try RecordedCheck(baseline, folder: folder, experiment: experiment).problems
    let name = "\(experiment.table), \(experiment.profile) profile, recorded files"
    let markdown =
      problems.isEmpty
      ? "## Fine: \(name)\n\n\(Say.count(baseline.cells.count, "cell")); values follow from the answers, the report "
        + "follows from results.h5, and the manifest is the one that was measured.\n" + openRows(baseline)
      : "## \(Say.count(problems.count, "problem")): \(name)\n\n" + problems.map { "- \($0)\n" }.joined()
    return Outcome(
      markdown: markdown,
      json: [
        "table": .string(experiment.table), "profile": .string(experiment.profile), "recorded": true,
        "problems": .array(problems.map { .string($0) }),
      ], code: problems.isEmpty ? .success : .regressed)
  }

  private func unchecked(_ table: String, _ profile: Profile, _ failure: CommandFailure) -> Outcome {
    let reason = failure.message.hasPrefix("error: ") ? String(failure.message.dropFirst(7)) : failure.message
    return Outcome(
      markdown: "## Cannot be checked: \(table), \(profile.rawValue) profile"
        + "\(recorded ? ", recorded files" : "")\n\n\(reason)\n",
      json: [
        "table": .string(table), "profile": .string(profile.rawValue), "recorded": .bool(recorded),
        "problems": .array([.string(reason)]),
      ], code: failure.code)
  }

  private func leftOut(_ experiment: Experiment, _ reason: String) -> Outcome {
    Outcome(
      markdown: "## Left out: \(experiment.table), \(experiment.profile) profile\n\n\(reason).\n",
      json: [
        "table": .string(experiment.table), "profile": .string(experiment.profile),
        "left-out": .string(reason),
      ], code: .success)
  }

  private func openRows(_ results: TableResults) -> String {
    let begun = results.begunRows
    let repeats = results.experiment.rows.flatMap { row in
      (0..<results.experiment.repeats(of: row)).filter { begun[row.id]?.contains($0) == false }
        .map { "repeat \($0 + 1) of \(row.id)" }
    }
    let open = results.openRows + repeats
    return open.isEmpty ? "" : "\nNot measured, and left out: \(open.joined(separator: ", ")).\n"
  }

  /// Tables and profiles: those that are named, and where none is those that have recorded results.
  private func chosen() throws -> [(table: String, profile: Profile)] {
    let profiles: [Profile] = profile.map { [$0] } ?? (recorded ? Profile.allCases : [.quick])
    let known =
      try tables.isEmpty
      ? project.experiments.experimentsFolder().manifests().keys.sorted() : tables.unique
    var chosen: [(table: String, profile: Profile)] = []
    for table in known {
      var found = try profiles.filter {
        try POSIXFileSystem().exists("\(project.folder(table, $0.rawValue))/results.h5")
      }
      // What is named is looked at even where nothing is recorded of it, and says so.
      if found.isEmpty, !tables.isEmpty { found = [profiles[0]] }
      chosen += found.map { (table: table, profile: $0) }
    }
    guard !chosen.isEmpty else {
      let names = profiles.map(\.rawValue)
      throw CommandFailure(
        "error: no table has results of the \(names.joined(separator: " or ")) profile in \(try project.results); "
          + "'retable run TABLE --profile \(names[0])' makes them", code: .noBaseline)
    }
    return chosen
  }

  private func append(_ text: String, to path: String) throws {
    let earlier = try POSIXFileSystem().exists(path) ? POSIXFileSystem().text(of: path) : ""
    try DurableFile.write(earlier + text, to: path)
  }
}
