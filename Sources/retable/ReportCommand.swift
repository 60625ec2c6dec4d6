import ArgumentParser
import Manifest
import Report

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Print a measured table again and write its report anew: HTML, Markdown, LaTeX, figures.",
    discussion: "Works on Results/<table>/<profile>/results.h5 alone: trains nothing and needs no store.")

  @Argument(help: "The tables.", completion: .tables) var tables: [String]
  @Option(help: "The profile.") var profile: Profile = .quick
  @Flag(help: "Write the report and print no table, only problems.") var quiet = false
  @OptionGroup var project: ProjectOptions

  func run() throws {
    for entry in try RecordedTables(of: project, tables: tables, profiles: [profile]).entries {
      let writer = ReportWriter(results: try entry.read())
      for warning in try writer.write(to: entry.folder) { Terminal.error("warning: \(warning)") }
      try WrittenFiles.renew(writer.fileNames, in: entry.folder)
      if !quiet { Terminal.print(writer.terminalTable(colour: Terminal.isColoured(1))) }
    }
  }
}

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show the evidence for one number: claim, values, test, verdict, deviations.")

  @Argument(help: "The table.", completion: .tables) var table: String
  @Argument(help: "The row, by its id; 'retable describe' lists rows and columns.", completion: .rows)
  var row: String
  @Argument(help: "The column, by its id.", completion: .columns) var column: String
  @Option(help: "The profile.") var profile: Profile = .quick
  @OptionGroup var project: ProjectOptions

  func run() throws {
    let recorded = try RecordedTables.read(table, profile, of: project)
    do {
      Terminal.print(try Explanation(results: recorded, row: row, column: column).text)
    } catch {
      throw CommandFailure("error: \(error)", code: .usage)
    }
  }
}
