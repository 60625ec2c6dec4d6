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
    let comparison = Comparison(before: files[0], after: files[1])
    if json {
      print(comparison.json().canonical)
    } else {
      print(comparison.markdown(all: true))
      let items = comparison.itemReport
      if !items.isEmpty { print(items) }
    }
  }
}
