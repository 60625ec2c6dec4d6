import Files
import Foundation
import Pipeline

/// What differs between two equal runs: times, host, memory, cache hits. Written as `run.json`, last of all, with the
/// digests of the files beside it.
struct RunReport {
  let plan: Plan
  let store: Store
  let summary: RunSummary
  let seconds: Double
  let files: WrittenFiles

  /// What an earlier report at this path says of steps that the store lacks stays: theirs are rows that stay recorded.
  func write(to path: String) throws {
    let earlier = (try? JSON(parsing: POSIXFileSystem().contents(of: path)))?["steps"]?.array ?? []
    let recorded = Dictionary(
      earlier.compactMap { step in step["identity"]?.string.map { ($0, step) } }, uniquingKeysWith: { $1 })
    var steps: [JSON] = []
    for step in plan.steps {
      guard let record = try? store.record(step.identity) else {
        if let known = recorded[step.identity] { steps.append(known) }
        continue
      }
      var facts: [String: JSON] = [
        "identity": .string(step.identity), "label": .string(step.label), "kind": .string(step.kind),
        "seconds": .number((record.run.seconds * 1000).rounded() / 1000),
        "peak-memory": .int(record.run.peakMemory), "finished": .string(record.run.finished),
        "threads": .int(record.run.threads), "device": .string(record.run.device),
      ]
      facts["processor-seconds"] = record.run.processorSeconds.map { .number(($0 * 1000).rounded() / 1000) }
      steps.append(.object(facts))
    }
    var report: [String: JSON] = [
      "seconds": .number(seconds.rounded()), "cached": .int(summary.cached),
      "computed": .int(summary.computed),
      "shared": .int(summary.shared), "steps": .array(steps),
    ]
    report[files.json.key] = files.json.value
    try DurableFile.write(JSON.object(report).canonical + "\n", to: path)
  }
}
