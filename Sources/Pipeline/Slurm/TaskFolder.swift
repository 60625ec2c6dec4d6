import Files
import Foundation

/// The folder in which a worker somewhere else finds its assignment and leaves its answer.
///
///     assignment.json   the step; written before the job is submitted
///     progress.jsonl    how far it is, a line now and then
///     reply.json        how it ended: complete or not there
///     requeues.jsonl    one line for every time the job went back into the queue at its time limit
///     output.txt        what the scheduler of the cluster and the worker printed
struct TaskFolder: Sendable, Hashable {
  let path: String

  var assignmentPath: String { "\(path)/assignment.json" }
  var progressPath: String { "\(path)/progress.jsonl" }
  var replyPath: String { "\(path)/reply.json" }
  var requeuesPath: String { "\(path)/requeues.jsonl" }
  var outputPath: String { "\(path)/output.txt" }

  func assignment() throws -> Assignment {
    let bytes = try POSIXFileSystem().contents(of: assignmentPath)
    // A step whose content was changed would be computed, and kept under the name of the one that was meant.
    guard let assignment = try? JSON(parsing: bytes).decode(Assignment.self), assignment.step.isIntact else {
      throw FileError(
        "read", assignmentPath, reason: "it is damaged, or no assignment of this version of retable",
        advice: "Run the table again with this build.")
    }
    return assignment
  }

  func write(_ assignment: Assignment) throws {
    try DurableFile.write(try JSON(encoding: assignment).canonical + "\n", to: assignmentPath)
  }

  func write(_ reply: WorkerReply) throws {
    try DurableFile.write(try JSON(encoding: reply).canonical + "\n", to: replyPath)
  }

  /// The answer, once it is there.
  func reply() -> WorkerReply? {
    // Opening the folder makes an NFS client ask its server; looking for one name may be answered from its memory,
    // which keeps "not there" for up to a minute.
    guard let names = try? POSIXFileSystem().sortedNames(in: path), names.contains("reply.json") else {
      return nil
    }
    return (try? POSIXFileSystem().contents(of: replyPath)).flatMap {
      try? JSON(parsing: $0).decode(WorkerReply.self)
    }
  }

  func removeReply() throws {
    if try POSIXFileSystem().exists(replyPath) { try POSIXFileSystem().removeFile(replyPath) }
  }

  /// The newest whole line of the progress.
  func progress() -> (fraction: Double, message: String)? {
    for line in tail(of: progressPath).reversed() {
      if case .progress(_, let fraction, let message)? = try? JSONDecoder().decode(
        WorkerReply.self, from: Data(line.utf8))
      {
        return (fraction, message)
      }
    }
    return nil
  }

  func countRequeue() throws -> Int {
    try DurableFile.append(line: JSON.string(ProcessFacts.timestamp()).canonical, to: requeuesPath)
    return try LineLog.read(requeuesPath).values.count
  }

  /// The last lines of what the job printed.
  func lastWords(_ count: Int = 5) -> [String] { Array(tail(of: outputPath).suffix(count)) }

  private func tail(of path: String) -> [String] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    guard let end = try? file.seekToEnd() else { return [] }
    try? file.seek(toOffset: end > 4096 ? end - 4096 : 0)
    guard let bytes = try? file.readToEnd() else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
