import Files
import Foundation

/// Everything a step and the libraries below it print goes to the log beside its work.
enum StepLog {
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
      FileHandle.standardError.write(Data("\(ProcessFacts.timestamp()) \(error)\n".utf8))
      throw error
    }
  }
}
