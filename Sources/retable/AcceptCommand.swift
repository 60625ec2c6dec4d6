import ArgumentParser
import Files
import Foundation
import Manifest
import Pipeline
import Report
import Results

struct AcceptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Record a table's present numbers as the ones to compare with, and say why.",
    discussion: """
      Runs what the store lacks, writes Results/<table>/<profile>, and adds a line to accepted.jsonl there: the reason, \
      the date and every cell that moved.
      """)

  @Argument(help: "The table.", completion: .tables) var table: String
  @Option(help: "Why these numbers replace the recorded ones.") var reason: String
  @Option(help: "The profile.") var profile: Profile = .quick
  @OptionGroup var project: ProjectOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    if reason.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
      throw ValidationError("--reason must say why the numbers change")
    }
  }

  func run() async throws {
    let manifest = try project.manifest(table)
    let experiment = manifest.experiment(profile)
    let folder = try project.folder(table, profile.rawValue)
    let baseline = try TableResults.recorded(in: folder)
    let (store, device) = (try execution.opened(store), try execution.chosenDevice())
    let run = TableRun(
      baseline?.measuredPart(of: experiment) ?? experiment,
      repetitions: baseline?.begunRows(of: experiment) ?? [:],
      of: manifest.path, store: store, device: device)
    let started = Date()
    let summary = try await run.compute(execution, for: folder)
    try run.check(summary, listing: !execution.quiet)
    let accepted = try TableRun(experiment, of: manifest.path, store: store, device: device).write(
      to: folder, summary, seconds: Date().timeIntervalSince(started))
    let comparison = baseline.map { Comparison(before: $0, after: accepted) }
    let line: JSON = [
      "date": .string(ISO8601DateFormatter().string(from: started)), "reason": .string(reason),
      "retable": .string(Version.text), "comparison": comparison?.json(all: false) ?? .null,
    ]
    try DurableFile.append(line: line.canonical, to: "\(folder)/accepted.jsonl")
    Terminal.print(comparison?.markdown(all: true) ?? "nothing was recorded before\n")
    Terminal.print("written to \(folder); the reason is in accepted.jsonl")
  }
}
