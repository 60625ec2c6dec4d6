import Files
import Foundation

/// The download of one file: resumed where an earlier one stopped, checked, and put in place in one step.
public struct Download {
  /// How far a download is.
  public struct Progress: Hashable, Sendable {
    public enum Stage: Hashable, Sendable {
      case receiving
      /// Reading the complete file for its checksum.
      case checking
      /// Waiting before the next attempt, for the reason given.
      case waiting(seconds: Int, reason: String)
    }
    public let stage: Stage
    public let bytes: Int
    /// Nil while the server has not said.
    public let total: Int?
  }

  public let address: String
  public let target: String
  /// What the publisher says about the file, where he does.
  public let bytes: Int?
  public let checksum: Checksum?
  /// No version of the file is longer; a server that sends more is stopped.
  public let limit: Int
  /// What must come, in words, for messages.
  public let kind: String
  /// Attempts in a row that bring less than 1 MiB.
  public var attempts = 6
  /// Waits that many seconds between two attempts.
  public var wait: (_ seconds: Int) -> Void = { Thread.sleep(forTimeInterval: Double($0)) }
  public var progress: (Progress) -> Void = { _ in }
  /// Bytes that are asked for at once: a file that changes on the server is noticed after so many.
  var segmentByteCount = 64 << 20

  /// `limit` counts where `bytes` is nil.
  public init(
    _ address: String, to target: String, bytes: Int?, checksum: Checksum?, limit: Int = 1 << 32,
    kind: String = "file"
  ) {
    (self.address, self.target, self.bytes, self.checksum) = (address, target, bytes, checksum)
    (self.limit, self.kind) = (bytes ?? limit, kind)
  }

  /// Downloads the file, and returns its SHA-256. The folder of `target` must exist.
  ///
  /// Throws `DatasetError.download` and `.wrongChecksum`, and `FileError`, which is `isDiskFull` where the file will not
  /// fit.
  public func run() throws -> String {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme) else {
      throw failure("it is no http or https address", "Check the address.")
    }
    guard let lock = try FileLock.tryLock(target + ".lock") else {
      throw failure("another process is downloading it", "Wait for that process, or stop it.")
    }
    defer { withExtendedLifetime(lock) { try? POSIXFileSystem().removeTree(target + ".lock") } }
    let part = try PartialFile(of: target, address: address)
    while true {
      let isResumed = part.count > 0
      try receiveAll(url, into: part)
      report(.checking, part)
      let digests = try FileDigests(of: part.path)
      do {
        try digests.require(checksum, of: target)
      } catch {
        try part.discard()
        // Two versions of a file may have been joined: one download in one piece settles it.
        guard isResumed else { throw error }
        continue
      }
      try part.finish(as: target)
      return digests.sha256
    }
  }

  /// Asks for segment after segment until the part is complete.
  private func receiveAll(_ url: URL, into part: PartialFile) throws {
    var failures = 0
    // What is thrown away and sent again is no progress: a server that always stops short would be asked for ever.
    var furthest = part.count
    while try !isComplete(part) {
      let before = part.count
      do {
        try HTTPRequest(url: url, download: self, part: part).send()
        guard part.count > before else { throw HTTPTransfer.Failure(reason: "the server sent nothing") }
        if part.count > furthest { (furthest, failures) = (part.count, 0) }
      } catch let problem as HTTPTransfer.Failure {
        try part.close()
        let reason = problem.reason
        guard !problem.isLasting else {
          throw failure(
            reason, "Look at the data set's page, name a mirror with --from, or import the file.")
        }
        failures = part.count - before >= 1 << 20 ? 1 : failures + 1
        guard failures < attempts else {
          throw failure(
            "\(reason); \(failures) attempts failed",
            part.count > 0
              ? "\(part.count) bytes are kept: run the command again to continue."
              : "Check the network and the address, or name a mirror with --from, or import the file.")
        }
        let seconds = 1 << failures
        report(.waiting(seconds: seconds, reason: reason), part)
        wait(seconds)
      }
    }
  }

  private func isComplete(_ part: PartialFile) throws -> Bool {
    guard let total = part.origin?.total else { return false }
    if part.count == total { try part.close() }
    return part.count == total
  }

  func failure(_ reason: String, _ advice: String) -> DatasetError {
    .download(address: address, reason: reason, advice: advice)
  }

  func report(_ stage: Progress.Stage, _ part: PartialFile) {
    progress(Progress(stage: stage, bytes: part.count, total: part.origin?.total ?? bytes))
  }
}
