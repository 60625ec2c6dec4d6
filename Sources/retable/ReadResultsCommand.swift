import ArgumentParser
import Files
import Foundation
import Results

/// Opens a results file in a process of its own, for the commands that show results.
///
/// The HDF5 library crashes on some damaged files, loops on others, and there is no telling what an enemy can make it do.
/// This process is where that happens; the others read what it says.
struct ReadResultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-results", abstract: "Read a results file, for another process of this program.",
    shouldDisplay: false)

  @Argument var path: String

  /// Seconds of processor time, and bytes of memory: some hundred times what the largest table takes.
  static let (seconds, memory) = (60, 4 << 30)

  func run() throws {
    for (resource, limit) in [(RLIMIT_CPU, Self.seconds), (RLIMIT_DATA, Self.memory), (RLIMIT_CORE, 0)] {
      var limit = rlimit(rlim_cur: rlim_t(limit), rlim_max: rlim_t(limit))
      setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }
    do {
      FileHandle.standardOutput.write(try TableResults(file: path).message())
    } catch {
      FileHandle.standardOutput.write(Data("\(error)".utf8))
      throw CommandFailure("", code: .dataMissing)
    }
  }
}

extension TableResults {
  /// Reads a results file that anybody may have made.
  ///
  /// Throws `CommandFailure` with what is wrong with the file, also where the process that opened it came to grief.
  init(foreign path: String) throws(CommandFailure) {
    do {
      self = try Self.read(path)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("error: cannot read \(path): \(error)", code: .dataMissing)
    }
  }

  /// What a folder has recorded; nil where there is nothing, or nothing that can be read.
  static func recorded(in folder: String) -> TableResults? {
    let path = "\(folder)/results.h5"
    guard (try? POSIXFileSystem().exists(path)) == true else { return nil }
    return try? TableResults(foreign: path)
  }

  private static func read(_ path: String) throws -> TableResults {
    try OpenFiles.requireRoomForProcess()
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: try ThisProgram.path())
    process.arguments = ["read-results", "--", path]
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    switch (process.terminationReason, process.terminationStatus) {
    case (.exit, 0): return try TableResults(message: answer)
    case (.exit, ExitCode.dataMissing.rawValue):
      throw CommandFailure("error: \(String(decoding: answer, as: UTF8.self))", code: .dataMissing)
    case (.uncaughtSignal, SIGXCPU):
      throw CommandFailure(
        "error: cannot read \(path): the HDF5 library is not done with it after "
          + "\(ReadResultsCommand.seconds) s. \(advice)", code: .dataMissing)
    case (let reason, let status):
      throw CommandFailure(
        "error: cannot read \(path): the process that opened it with the HDF5 library "
          + "\(reason == .exit ? "left with exit code" : "was ended by signal") \(status). \(advice)",
        code: .dataMissing)
    }
  }

  private static let advice = "The file is damaged, or was made to do harm: remove it and make it again."
}

enum ThisProgram {
  static func path() throws(CommandFailure) -> String {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      throw CommandFailure(
        "error: cannot find this program's own file through /proc/self/exe", code: .stepFailed)
    }
    return path
  }
}
