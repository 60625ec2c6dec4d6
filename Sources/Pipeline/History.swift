import Files
import Foundation

/// What earlier steps took, appended line by line; only used to estimate, so a torn line is skipped.
public struct History: Sendable {
  struct Entry: Codable {
    let key: String
    let kind: String
    let seconds: Double
    let peakMemory: Int
  }

  private var seconds: [String: [Double]] = [:]
  private var memory: [String: Int] = [:]

  public init(store: Store) {
    guard let bytes = try? POSIXFileSystem().contents(of: store.historyPath) else { return }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line)) else { continue }
      seconds[entry.key, default: []].append(entry.seconds)
      memory[entry.key] = max(memory[entry.key] ?? 0, entry.peakMemory)
    }
  }

  /// Expected seconds: the median of earlier equal steps, else the step's own guess.
  public func seconds(for step: Step) -> Double {
    guard let earlier = seconds[step.costKey], !earlier.isEmpty else { return step.needs.seconds }
    return earlier.sorted()[earlier.count / 2]
  }

  /// Bytes to set aside: what was seen, else the step's own guess.
  public func memory(for step: Step) -> Int {
    memory[step.costKey] ?? step.needs.memory
  }

  static func append(_ record: Record, to store: Store) {
    let entry = Entry(
      key: record.step.costKey, kind: record.step.kind, seconds: record.run.seconds,
      peakMemory: record.run.peakMemory)
    guard let line = try? JSON(encoding: entry).canonical else { return }
    // An estimate that cannot be kept is no reason to fail a step that is already committed.
    try? DurableFile.append(line: line, to: store.historyPath)
  }
}
