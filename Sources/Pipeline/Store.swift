import Files
import Foundation

/// The content-addressed artifact store.
///
///     artifacts/<2 digits>/<identity>/   immutable: the step's files and record.json
///     work/<identity>/                   in progress: out/, checkpoint/, step.json, log.txt
///     locks/<identity>                   held by the process that computes the artifact
///     slurm/<random>/                    an array of jobs that was submitted and not answered for
///     quarantine/<identity>-<n>/         artifacts whose bytes did not match their record
///     runs/<host>-<process>.json         what a run that is going on has to say (`retable status`)
///     history.jsonl                      what steps took, for time and memory estimates
///
/// An artifact's final name appears by one rename of a complete, synced folder. There is no index and no state file:
/// what exists is what is listed.
public struct Store: Sendable {
  public let root: String
  private let files: any FileSystem

  /// - Parameter files: the file system that artifacts are committed through; tests put faults into it.
  public init(root: String, files: any FileSystem = POSIXFileSystem()) {
    self.root = root
    self.files = files
  }

  /// `RETABLE_STORE`, or `store` in the cache folder. Throws `FileError` where the environment names neither.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(FileError) -> Store {
    if let named = UserEnvironment(environment).storeFolder { return Store(root: named) }
    return Store(root: Paths.join(try Paths.cacheFolder(environment: environment), "store"))
  }

  public func artifact(_ identity: String) -> String { "\(root)/artifacts/\(identity.prefix(2))/\(identity)" }
  public func work(_ identity: String) -> String { "\(root)/work/\(identity)" }
  func lock(_ identity: String) -> String { "\(root)/locks/\(identity)" }
  public func log(_ identity: String) -> String { "\(work(identity))/log.txt" }
  var historyPath: String { "\(root)/history.jsonl" }

  /// What the store holds for a step.
  public enum Presence: Equatable, Sendable {
    case cached
    case absent
    /// Bytes that do not match the record, with what is wrong.
    case corrupt(String)
  }

  static let recordFile = "record.json"

  /// Files up to this size are re-hashed by every `presence`; larger ones by the worker that reads them.
  static let stampedSize = 1 << 20

  /// Whether the artifact can be used: a stamped record, every file present with the recorded size, and for small
  /// files the recorded digest.
  public func presence(_ identity: String) -> Presence {
    check(identity, hashUpTo: Store.stampedSize)
  }

  /// Whether an artifact is there, without a look at its bytes: for what a run has checked just before.
  public func holds(_ identity: String) -> Bool {
    (try? POSIXFileSystem().exists("\(artifact(identity))/\(Store.recordFile)")) ?? false
  }

  /// As `presence`, but every byte is re-hashed.
  public func verify(_ identity: String) -> Presence {
    check(identity, hashUpTo: .max)
  }

  private func check(_ identity: String, hashUpTo limit: Int) -> Presence {
    Store.check(artifact(identity), identity, hashUpTo: limit)
  }

  /// Whether a folder holds the artifact of a step.
  static func check(_ folder: String, _ identity: String, hashUpTo limit: Int = .max) -> Presence {
    guard FileManager.default.fileExists(atPath: folder) else { return .absent }
    let record: Record
    do {
      record = try Store.record(in: folder)
    } catch is Record.WrongStamp {
      return .corrupt("record.json does not match its stamp")
    } catch let error as FileError where error.isDenied {
      return .corrupt("record.json: \(error.reason)")
    } catch {
      return .corrupt("record.json is missing or unreadable")
    }
    guard record.step.identity == identity else { return .corrupt("record.json is that of another step") }
    for (name, output) in record.outputs.sorted(by: { $0.key < $1.key }) {
      let path = "\(folder)/\(name)"
      guard let size = try? Store.size(path) else { return .corrupt("\(name) is missing") }
      guard size == output.size else {
        return .corrupt("\(name) has \(size) bytes, its record says \(output.size)")
      }
      if size <= limit, (try? Digest.hexOfFile(path)) != output.sha256 {
        return .corrupt("\(name) does not match its digest")
      }
    }
    return .cached
  }

  /// - Throws: what keeps this process from reading an artifact. That is no damage: moved out of the way, it would be lost to those
  ///   who may read it, and computed again.
  func requireReadable(_ identity: String) throws {
    let files = POSIXFileSystem()
    do {
      _ = try files.contents(of: "\(artifact(identity))/\(Store.recordFile)")
      for name in try files.files(below: artifact(identity)) {
        let path = "\(artifact(identity))/\(name)"
        guard access(path, R_OK) != 0 else { continue }
        throw FileError("open", path, code: errno)
      }
    } catch let error as FileError where error.isDenied {
      throw error
    } catch {}
  }

  public func record(_ identity: String) throws -> Record { try Store.record(in: artifact(identity)) }

  static func record(in folder: String) throws -> Record {
    try Record(parsing: POSIXFileSystem().contents(of: "\(folder)/\(recordFile)"))
  }

  /// Moves an artifact out of the way that a second look finds damaged too, and returns where it went.
  ///
  /// Nil where it is whole or gone by then, and where a process is at work on its step: that one looks for itself.
  public func quarantine(_ identity: String) throws -> String? {
    try POSIXFileSystem().makeDirectories(Paths.parent(of: lock(identity)))
    guard let lock = try FileLock.tryLock(lock(identity)) else { return nil }
    defer { withExtendedLifetime(lock) {} }
    guard case .corrupt = verify(identity) else { return nil }
    try requireReadable(identity)
    return try setAside(identity)
  }

  /// Moves an artifact to quarantine, for whoever holds the lock of its step and has found it damaged.
  @discardableResult
  func setAside(_ identity: String) throws -> String {
    let folder = "\(root)/quarantine"
    try POSIXFileSystem().makeDirectories(folder)
    var attempt = 1
    while FileManager.default.fileExists(atPath: "\(folder)/\(identity)-\(attempt)") { attempt += 1 }
    let destination = "\(folder)/\(identity)-\(attempt)"
    try POSIXFileSystem().rename(artifact(identity), to: destination)
    return destination
  }

  /// Makes the output folder the artifact: digests, record, sync, one rename. The work folder is removed last.
  public func commit(_ step: Step, from output: String, run: RunFacts) throws -> Record {
    func commit(through files: some FileSystem) throws -> Record {
      var outputs: [String: Record.Output] = [:]
      for name in try files.files(below: output) {
        let path = "\(output)/\(name)"
        outputs[name] = Record.Output(size: try Store.size(path), sha256: try Digest.hexOfFile(path))
      }
      let record = try Record(step: step, outputs: outputs, run: run)
      try DurableFile.write(
        try JSON(encoding: record).canonical + "\n", to: "\(output)/\(Store.recordFile)", using: files)
      let final = artifact(step.identity)
      try files.makeDirectories(Paths.parent(of: final))
      try DurableDirectory.commit(output, to: final, using: files)
      return record
    }
    return try commit(through: files)
  }

  private static func size(_ path: String) throws -> Int {
    try POSIXFileSystem().status(of: path, followingLinks: true).size
  }

  /// Identities of all committed artifacts.
  public func identities() -> [String] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/artifacts")) ?? []
    return folders.flatMap {
      (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/artifacts/\($0)")) ?? []
    }
    .filter { $0.count == 64 }.sorted()
  }
}
