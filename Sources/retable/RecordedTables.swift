import ArgumentParser
import Files
import Manifest
import Results

/// The results that a project has recorded: `Results/<table>/<profile>/results.h5`.
struct RecordedTables {
  struct Entry {
    let table: String
    let profile: Profile
    let folder: String

    /// Throws `CommandFailure` where the file is no results file, or one of another table.
    func read() throws -> TableResults {
      let results = try TableResults(foreign: "\(folder)/results.h5")
      let experiment = results.experiment
      guard experiment.table == table, experiment.profile == profile.rawValue else {
        throw CommandFailure(
          "error: \(folder)/results.h5 holds the table '\(experiment.table)', profile '\(experiment.profile)', which its "
            + "folder's name does not say. Move it, or run the table again.", code: .dataMissing)
      }
      return results
    }
  }

  /// By table, then profile, the smallest first.
  let entries: [Entry]

  /// - Parameters:
  ///   - tables: those that are asked for, in this order; every one that has results where there are none.
  ///   - profiles: those that are asked for; every one that has results where there are none.
  /// - Throws: `CommandFailure` where one that is asked for has no results, or none has.
  init(of project: ProjectOptions, tables: [String], profiles: [Profile]) throws {
    let root = try project.results
    let files = POSIXFileSystem()
    let wanted = Profile.allCases.filter { profiles.isEmpty || profiles.contains($0) }
    let names = try !tables.isEmpty ? tables.unique : files.exists(root) ? files.sortedNames(in: root) : []
    var entries: [Entry] = []
    for table in names {
      let found = try wanted.map {
        Entry(table: table, profile: $0, folder: "\(root)/\(table)/\($0.rawValue)")
      }.filter { try files.exists("\($0.folder)/results.h5") }
      guard tables.isEmpty || !found.isEmpty else {
        if let manifests = try? project.experiments.experimentsFolder() { _ = try manifests.path(for: table) }
        throw CommandFailure(
          "error: table '\(table)' has no results in \(root)\(Self.of(profiles)); "
            + "'retable run \(table)\(Self.option(profiles))' makes them", code: .noBaseline)
      }
      entries += found
    }
    guard !entries.isEmpty else {
      throw CommandFailure(
        "error: there are no results in \(root)\(Self.of(profiles)); 'retable run TABLE\(Self.option(profiles))' makes them",
        code: .noBaseline)
    }
    self.entries = entries
  }

  /// The results of one table and profile. Throws `CommandFailure` where there are none.
  static func read(_ table: String, _ profile: Profile, of project: ProjectOptions) throws -> TableResults {
    try RecordedTables(of: project, tables: [table], profiles: [profile]).entries[0].read()
  }

  /// What asks for the profile; nothing where several will do.
  private static func option(_ profiles: [Profile]) -> String {
    profiles.count == 1 && profiles != [.quick] ? " --profile \(profiles[0].rawValue)" : ""
  }

  private static func of(_ profiles: [Profile]) -> String {
    profiles.isEmpty ? "" : " of the profile \(profiles.map(\.rawValue).joined(separator: " or "))"
  }
}
