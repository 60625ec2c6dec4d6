import ArgumentParser
import Files
import Manifest
import Report

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write recorded numbers as tidy data, one observation a line.",
    discussion: """
      Every measured value is a line: table, profile, row, column, repeat and draw, the published number, the cell's aggregate and \
      its verdict. A cell that was not measured is a line without a value. docs/formats.md describes the columns.

      Works on Results/<table>/<profile>/results.h5 alone.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv, json

    var exported: ExportFormat { self == .csv ? .csv : .json }
  }

  @Argument(help: "The tables (default: every table that has results).", completion: .tables)
  var tables: [String] = []
  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp(
      "Only this profile; may be given again (default: every one that has results).", valueName: "profile"))
  var profiles: [Profile] = []
  @Option(help: "csv, or json with one object a line.") var format: Format = .csv
  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"),
    completion: .file())
  var output = "-"
  @OptionGroup var project: ProjectOptions

  func run() throws {
    let recorded = try RecordedTables(of: project, tables: tables, profiles: profiles)
    let format = format.exported
    // Nothing is written where a table cannot be read: a part would pass for the whole.
    let texts = try recorded.entries.map { format.text(of: Observations(try $0.read())) }
    let text = format.heading + texts.joined()
    if output == "-" {
      Terminal.print(text, terminator: "")
    } else {
      try DurableFile.write(text, to: output)
    }
  }
}
