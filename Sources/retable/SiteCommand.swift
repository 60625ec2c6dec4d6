import ArgumentParser
import Foundation
import Report

struct SiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "Write a static site of all recorded tables.",
    discussion: """
      An index with the verdicts of every table and profile, and their reports, figures and data. The folder opens from a disk and from \
      any server of files; no page runs a script. Equal results give equal bytes, and only what has changed is written.

      A folder that is there already is taken if it is empty or 'retable site' has made it; files that it has not written stay.
      """)

  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("The folder to write.", valueName: "folder"),
    completion: .directory)
  var output = "site"
  @Option(help: "The commit of the code, or another word for its state, to be printed on the index.")
  var commit: String?
  @OptionGroup var project: ProjectOptions

  /// Less is over before anybody wonders.
  private static let patience = 3.0

  func run() throws {
    let recorded = try RecordedTables(of: project, tables: [], profiles: [])
    let started = Date()
    do {
      var site = try SiteWriter(output, commit: commit)
      for (number, entry) in recorded.entries.enumerated() {
        if Date().timeIntervalSince(started) > Self.patience {
          Terminal.error("\(number) of \(recorded.entries.count): \(entry.table), \(entry.profile) profile")
        }
        for warning in try site.add(entry.read(), from: entry.folder) {
          Terminal.error("warning: \(warning)")
        }
      }
      let count = try site.finish()
      let tables = Set(recorded.entries.map(\.table)).count
      Terminal.print(
        "\(Say.count(tables, "table")) in \(Say.count(recorded.entries.count, "profile")), "
          + "\(Say.count(count, "file")): open \(output)/\(SiteWriter.page)")
    } catch let error as ReportError {
      throw CommandFailure("error: \(error)", code: .usage)
    }
  }
}
