import Files
import Foundation

/// Everything a step and the libraries below it print goes to the log beside its work.
enum StepLog {
  /// A line on standard error. On a full disk it gets lost, which must not end the process: the step has an error of its
  /// own to tell.
  static func write(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  static func capturing<R>(to path: String, _ body: () throws -> R) throws -> R {
    guard let log = try? POSIXFileSystem().open(path, for: .appending).descriptor else { return try body() }
    let saved = (dup(1), dup(2))
    fflush(nil)
    dup2(log, 1)
    dup2(log, 2)
    close(log)
    defer {
      fflush(nil)
      dup2(saved.0, 1)
      dup2(saved.1, 2)
      close(saved.0)
      close(saved.1)
    }
    do {
      return try body()
    } catch {
      StepLog.write("\(ProcessFacts.timestamp()) \(error)")
      throw error
    }
  }
}
