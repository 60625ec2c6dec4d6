import Files
import Foundation

/// What earlier steps took, appended line by line; only used to estimate and to explain, so a torn line is skipped.
public struct History: Sendable {
  struct Entry: Codable {
    let key: String
    let kind: String
    let seconds: Double
    let peakMemory: Int
    /// Missing in lines of earlier versions.
    var bytes: Int?
    var label: String?
    var identity: String?
    /// What the step itself expected, by which steps of other parameters are compared.
    var guess: Guess?

    struct Guess: Codable {
      let seconds: Double
      let memory: Int
    }

    var isPlausible: Bool {
      RunFacts.plausibleSeconds.contains(seconds) && peakMemory >= 0 && (bytes ?? 0) >= 0
        && RunFacts.plausibleSeconds.contains(guess?.seconds ?? 0) && (guess?.memory ?? 0) >= 0
    }
  }

  private var entries: [String: [Entry]] = [:]
  /// The same by kind and label, the latest last.
  private var named: [String: [Entry]] = [:]

  public init(store: Store) {
    guard let bytes = try? POSIXFileSystem().contents(of: store.historyPath) else { return }
    let decoder = JSONDecoder()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let entry = try? decoder.decode(Entry.self, from: Data(line)), entry.isPlausible else { continue }
      entries[entry.key, default: []].append(entry)
      if let label = entry.label { named[Self.name(entry.kind, label), default: []].append(entry) }
    }
  }

  /// Steps of the same parameters and the same row: a fit of one feature says nothing of the same fit of ten thousand.
  private func alike(_ step: Step) -> [Entry] {
    guard !entries.isEmpty, let found = entries[step.costKey] else { return [] }
    let subject = Self.subject(of: step.label)
    return found.filter { $0.label.map(Self.subject) ?? subject == subject }
  }

  /// What a label is about, whichever repeat it names.
  private static func subject(of label: String) -> String {
    label.replacing(/, repeat \d+/, with: "")
  }

  /// What has run under this step's name with other parameters.
  private func related(_ step: Step) -> [Entry] { named[Self.name(step.kind, step.label)] ?? [] }

  /// Expected seconds: the median of steps like this one. Else the step's own guess, by as much as it was wrong for the
  /// latest step of this name: a quick profile's training says how long a long one takes.
  public func seconds(for step: Step) -> Double {
    let seconds = alike(step).map(\.seconds).sorted()
    if !seconds.isEmpty { return seconds[seconds.count / 2] }
    guard let latest = related(step).last, let guess = latest.guess, guess.seconds > 0 else {
      return step.needs.seconds
    }
    let scaled = step.needs.seconds * latest.seconds / guess.seconds
    return RunFacts.plausibleSeconds.contains(scaled) ? scaled : step.needs.seconds
  }

  /// Bytes to set aside: what was seen, else the step's own guess; also where others of this name took less.
  public func memory(for step: Step) -> Int {
    alike(step).map(\.peakMemory).max()
      ?? max(step.needs.memory, related(step).map(\.peakMemory).max() ?? 0)
  }

  /// Bytes that the artifact takes on disk; nil where no step like it has run.
  public func disk(for step: Step) -> Int? { alike(step).compactMap(\.bytes).max() }

  /// Identities under which steps of this kind and label have run, the latest first.
  func formerIdentities(of step: Step) -> [String] {
    (named[Self.name(step.kind, step.label)] ?? []).reversed().compactMap(\.identity)
  }

  private static func name(_ kind: String, _ label: String) -> String { "\(kind)/\(label)" }

  static func append(_ record: Record, to store: Store) {
    let entry = Entry(
      key: record.step.costKey, kind: record.step.kind, seconds: record.run.seconds,
      peakMemory: record.run.peakMemory, bytes: record.outputs.values.map(\.size).clampedSum,
      label: record.step.label, identity: record.step.identity,
      guess: Entry.Guess(seconds: record.step.needs.seconds, memory: record.step.needs.memory))
    guard let line = try? JSON(encoding: entry).canonical else { return }
    // An estimate that cannot be kept is no reason to fail a step that is already committed.
    try? DurableFile.append(line: line, to: store.historyPath)
  }
}
