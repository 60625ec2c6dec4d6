import ArgumentParser
import Files
import Foundation
import Manifest
import Pipeline
import Steps

extension ParsableArguments {
  /// Refuses a number that is out of range, not a number or endless, whatever it is for: no number of the command line
  /// is converted, multiplied or waited for unchecked.
  func check<Number: Comparable>(
    _ value: Number?, in range: ClosedRange<Number>, _ option: String, _ unit: String = ""
  ) throws {
    guard let value, !range.contains(value) else { return }
    let unit = unit.isEmpty ? "" : " \(unit)"
    throw ValidationError(
      "\(option) must be from \(range.lowerBound) to \(range.upperBound)\(unit), but is \(value)")
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, where it stands first.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

extension Profile: ExpressibleByArgument {}

/// Where manifests are.
struct ExperimentsOptions: ParsableArguments {
  @Option(
    name: .customLong("experiments"),
    help: ArgumentHelp(
      "The folder of manifests (default: Experiments, looked for upwards).", valueName: "folder"),
    completion: .directory)
  var folder: String?

  func manifest(_ table: String) throws -> ManifestFile {
    try ManifestFile.load(
      path: try experimentsFolder().path(for: table), vocabulary: Kinds.standard.vocabulary)
  }

  func experimentsFolder() throws -> ExperimentsFolder {
    try ExperimentsFolder.find(explicit: folder)
  }
}

/// Which part of a table, at which size.
struct SelectionOptions: ParsableArguments {
  @Option(help: "quick takes minutes, desk hours (real data, full method); paper is the published protocol.")
  var profile: Profile = .quick

  @Option(
    name: .customLong("row"), help: ArgumentHelp("Only this row; may be given again.", valueName: "row"),
    completion: .rows)
  var rows: [String] = []

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp("With --row: only this repeat, from 1; may be given again.", valueName: "number"))
  var repeats: [Int] = []

  func validate() throws {
    if !repeats.isEmpty, rows.isEmpty { throw ValidationError("--repeat goes with --row") }
  }

  /// The repeats of the rows that are asked for, from 0; empty where all are.
  var repetitions: [String: Set<Int>] {
    guard !repeats.isEmpty else { return [:] }
    return Dictionary(rows.map { ($0, Set(repeats.map { $0 - 1 })) }) { $1 }
  }

  func experiment(of manifest: ManifestFile) throws -> Experiment {
    var experiment = manifest.experiment(profile)
    guard !rows.isEmpty else { return experiment }
    for row in rows where !experiment.rows.contains(where: { $0.id == row }) {
      let known = experiment.rows.map(\.id).joined(separator: ", ")
      throw CommandFailure(
        "error: table '\(experiment.table)' has no row '\(row)'; its rows are \(known)", code: .usage)
    }
    experiment.rows.removeAll { !rows.contains($0.id) }
    for row in experiment.rows {
      let count = experiment.repeats(of: row)
      guard let unknown = repeats.first(where: { !(1...count).contains($0) }) else { continue }
      throw CommandFailure(
        "error: row '\(row.id)' has no repeat \(unknown); it has \(Say.count(count, "repeat")) in \(profile.rawValue), "
          + "counted from 1", code: .usage)
    }
    return experiment
  }
}

/// Where artifacts and results are.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The artifact store (default: RETABLE_STORE, or retable/store in the cache folder).",
      valueName: "folder"), completion: .directory)
  var store: String?

  var opened: Store {
    get throws(CommandFailure) {
      if let store { return Store(root: store) }
      do throws(FileError) {
        return try .standard()
      } catch {
        throw CommandFailure("error: \(error)", code: .usage)
      }
    }
  }
}

/// A project: its manifests, and what was measured of them.
struct ProjectOptions: ParsableArguments {
  @OptionGroup var experiments: ExperimentsOptions
  @Option(
    name: .customLong("results"),
    help: ArgumentHelp(
      "The folder that tables are written to (default: Results, beside Experiments).", valueName: "folder"),
    completion: .directory)
  var namedResults: String?

  func manifest(_ table: String) throws -> ManifestFile { try experiments.manifest(table) }

  /// Where tables are written: with the manifests, wherever the command is given. Results can be read without a manifest,
  /// in the working folder then.
  var results: String {
    get throws {
      if let namedResults { return namedResults }
      if experiments.folder != nil { return try experiments.experimentsFolder().results }
      return (try? experiments.experimentsFolder())?.results ?? ExperimentsFolder.resultsName
    }
  }

  func folder(_ table: String, _ profile: String) throws -> String {
    "\(try results)/\(table)/\(profile)"
  }

  /// The folders of what is recorded of this profile: the table's, then those of others.
  func folders(first table: String, _ profile: String) throws -> [String] {
    let others = try experiments.experimentsFolder().manifests().keys.sorted().filter { $0 != table }
    return try ([table] + others).map { try folder($0, profile) }
  }
}
