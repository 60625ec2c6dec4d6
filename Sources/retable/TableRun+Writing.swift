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
    try collected.save(to: "\(folder)/results.h5")
    for (name, bytes) in try collector.figures() {
      try DurableFile.write(bytes, to: "\(folder)/figures/\(name)")
    }
    for warning in try writer.write(to: folder) { Terminal.error("warning: \(warning)") }
    try RunReport(plan: plan, store: store, summary: summary, seconds: seconds).write(
      to: "\(folder)/run.json")
    return collected
  }
}
