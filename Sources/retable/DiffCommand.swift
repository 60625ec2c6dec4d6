import ArgumentParser
import Files
import Report
import Results

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare two results files: cells, paired tests, provenance.",
    discussion:
      "Works on the files alone. Says what differs and how surely; judging it is for 'retable check'.")

  @Argument(help: "The earlier results.h5.") var before: String
  @Argument(help: "The later results.h5.") var after: String
  @Flag(help: "One JSON object instead of text.") var json = false

  func run() throws {
    let files = try [before, after].map { try TableResults(foreign: $0) }
    let tables = files.map(\.experiment.table)
    guard tables[0] == tables[1] else {
      throw CommandFailure(
        "error: cannot compare \(before) with \(after): these are two tables, '\(tables[0])' and '\(tables[1])'. "
          + "Name two results.h5 of one table.", code: .usage)
    }
    let comparison = Comparison(before: files[0], after: files[1])
    if json {
      Terminal.print(comparison.json().canonical)
    } else {
      Terminal.print(comparison.markdown(all: true))
      let items = comparison.itemReport
      if !items.isEmpty { Terminal.print(items) }
    }
  }
}
