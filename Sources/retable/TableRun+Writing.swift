import Files
import Foundation
import Pipeline
import Report
import Results

extension TableRun {
  /// Writes `results.h5`, the report and `run.json` into `folder`, durably, and returns what was collected.
  @discardableResult
  func write(to folder: String, _ summary: RunSummary, seconds: Double) throws -> TableResults {
    let collected = try collector.collect()
    let writer = ReportWriter(results: collected)
    try POSIXFileSystem().makeDirectories("\(folder)/figures")
    for folder in [folder, "\(folder)/figures"] { try POSIXFileSystem().removeAbandoned(in: folder) }
    try collected.save(to: "\(folder)/results.h5")
    let figures = try collector.figures()
    for (name, bytes) in figures {
      try DurableFile.write(bytes, to: "\(folder)/figures/\(name)")
    }
    for warning in try writer.write(to: folder) { Terminal.error("warning: \(warning)") }
    let names = ["results.h5"] + figures.map { "figures/\($0.0)" } + writer.fileNames
    try RunReport(
      plan: plan, store: store, summary: summary, seconds: seconds, files: WrittenFiles(names, in: folder)
    ).write(to: "\(folder)/run.json")
    return collected
  }
}
