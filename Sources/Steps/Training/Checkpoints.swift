import Files
import Models

/// Checkpoints of one training: `model-<updates>.safetensors`, and, written after it, `checkpoint-<updates>.log`, which
/// makes it one.
///
/// The second file holds the training log and the digest of the first, below a line with the digest of itself: a wrong
/// bit would go on into weights that nobody could tell from right ones. Two generations are kept, so that damage to one
/// costs a little training and not all of it.
struct Checkpoints {
  private static let generations = 2

  let folder: String
  /// Is told of every checkpoint that was set aside.
  let warn: (String) -> Void
  private let files = POSIXFileSystem()

  init(folder: String, warn: @escaping (String) -> Void) {
    self.folder = folder
    self.warn = warn
  }

  func save(_ model: any Trainable, _ log: TrainingLog) throws {
    let updates = model.updates
    try DurableFile.write(to: modelPath(updates)) { try model.saveCheckpoint(to: $0) }
    let entry = Entry(updates: updates, model: try Digest.hexOfFile(modelPath(updates)), log: log)
    try DurableFile.write(entry.sealed(), to: entryPath(updates))
    let kept = saved().suffix(Self.generations)
    for earlier in numbers(of: "model-", ".safetensors") where !kept.contains(earlier) { remove(earlier) }
  }

  /// Restores the newest checkpoint that is whole and returns its log; nil where there is none, and the model is as it
  /// was. Damaged ones are set aside.
  func restoreLatest(into model: any Trainable) throws -> TrainingLog? {
    try? files.removeAbandoned(in: folder)
    for updates in saved().reversed() {
      do {
        return try restore(updates, into: model)
      } catch let damage as Damage {
        setAside(updates, damage)
      }
    }
    return nil
  }

  private func restore(_ updates: Int, into model: any Trainable) throws -> TrainingLog {
    let entry = try Entry(sealed: try damaged { try files.contents(of: entryPath(updates)) })
    guard entry.updates == updates else { throw Damage(reason: "it is of update \(entry.updates)") }
    guard try damaged({ try Digest.hexOfFile(modelPath(updates)) }) == entry.model else {
      throw Damage(reason: "the model does not match its digest")
    }
    try damaged { try model.restoreCheckpoint(from: modelPath(updates)) }
    // Whole by its digests and yet another one: nobody can say what the model is now.
    guard model.updates == updates else {
      throw StepsError(
        .failed,
        "\(modelPath(updates)) is a checkpoint of update \(model.updates): remove \(folder) and run again")
    }
    return entry.log
  }

  private func damaged<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw Damage(reason: "\(error)") }
  }

  private func setAside(_ updates: Int, _ damage: Damage) {
    let place = "\(folder)/damaged"
    try? files.makeDirectories(place)
    for path in [entryPath(updates), modelPath(updates)] {
      try? files.rename(path, to: "\(place)/\(Paths.name(of: path))")
    }
    // Where it could not be moved it must not be found again.
    remove(updates)
    warn(
      "the checkpoint of update \(updates) is damaged (\(damage.reason)); set aside in \(place), going on from the one "
        + "before it, or from the start")
  }

  private func modelPath(_ updates: Int) -> String { "\(folder)/model-\(updates).safetensors" }
  private func entryPath(_ updates: Int) -> String { "\(folder)/checkpoint-\(updates).log" }

  /// Updates of the checkpoints that were written to the end, the newest last.
  private func saved() -> [Int] { numbers(of: "checkpoint-", ".log") }

  private func numbers(of prefix: String, _ suffix: String) -> [Int] {
    let names = (try? files.sortedNames(in: folder)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
      return Int(name.dropFirst(prefix.count).dropLast(suffix.count))
    }.sorted()
  }

  /// The entry goes first: without it the model counts for nothing.
  private func remove(_ updates: Int) {
    for path in [entryPath(updates), modelPath(updates)] { try? files.removeFile(path) }
  }
}

extension Checkpoints {
  /// Why a checkpoint cannot be gone on from.
  private struct Damage: Error {
    let reason: String
  }

  /// What makes a file a checkpoint.
  private struct Entry: Codable {
    let updates: Int
    /// SHA-256 of the model's file.
    let model: String
    let log: TrainingLog

    init(updates: Int, model: String, log: TrainingLog) {
      (self.updates, self.model, self.log) = (updates, model, log)
    }

    /// The text below a line with its digest.
    func sealed() throws -> String {
      let text = try JSON(encoding: self).canonical
      return "\(Digest.hex(of: text.utf8))\n\(text)"
    }

    init(sealed bytes: [UInt8]) throws(Damage) {
      let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, Array(Digest.hex(of: parts[1]).utf8) == Array(parts[0]) else {
        throw Damage(reason: "the log does not match its digest")
      }
      do {
        self = try JSON(parsing: Array(parts[1])).decode(Entry.self)
      } catch {
        throw Damage(reason: "the log is of another version")
      }
    }
  }
}
