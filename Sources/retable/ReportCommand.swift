import ArgumentParser
import Files
import Report
import Results

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Print a measured table again and write its report anew: HTML, Markdown, LaTeX, figures.",
    discussion: "Works on Results/<table>/<profile>/results.h5 alone: trains nothing and needs no store.")

  @Argument(help: "The tables.", completion: .tables) var tables: [String]
  @Option(help: "quick, desk or paper", completion: .profiles) var profile: String = "quick"
  @OptionGroup var project: ProjectOptions

  func run() throws {
    for table in tables {
      let folder = try project.folder(table, profile)
      let writer = ReportWriter(results: try recordedResults(folder, table, profile))
      for warning in try writer.write(to: folder) { Terminal.error("warning: \(warning)") }
      try WrittenFiles.renew(writer.fileNames, in: folder)
      Terminal.print(writer.terminalTable(colour: Terminal.isColoured(1)))
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
  @Option(help: "quick, desk or paper", completion: .profiles) var profile: String = "quick"
  @OptionGroup var project: ProjectOptions

  func run() throws {
    let recorded = try recordedResults(project.folder(table, profile), table, profile)
    do {
      Terminal.print(try Explanation(results: recorded, row: row, column: column).text)
    } catch {
      throw CommandFailure("error: \(error)", code: .usage)
    }
  }
}

/// The results file of a table and profile, or what to do when there is none.
func recordedResults(_ folder: String, _ table: String, _ profile: String) throws -> TableResults {
  let path = "\(folder)/results.h5"
  guard try POSIXFileSystem().exists(path) else {
    throw CommandFailure(
      "error: no results at \(path); 'retable run \(table) --profile \(profile)' makes them",
      code: .noBaseline)
  }
  return try TableResults(foreign: path)
}
