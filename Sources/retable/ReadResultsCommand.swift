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
    let output = FileHandle.standardOutput
    do {
      try output.write(contentsOf: try TableResults(file: path).message())
    } catch {
      try? output.write(contentsOf: Data("\(error)".utf8))
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

  /// What a folder has recorded; nil where there is nothing.
  ///
  /// Throws where there is something that cannot be read: whoever took it for nothing would write over it.
  static func recorded(in folder: String) throws -> TableResults? {
    let path = "\(folder)/results.h5"
    guard try POSIXFileSystem().exists(path) else { return nil }
    return try TableResults(foreign: path)
  }

  private static func read(_ path: String) throws -> TableResults {
    let program = try ThisProgram.path()
    let pipe = try ChildProcess.Pipe(for: program)
    let output = FileHandle(fileDescriptor: pipe.reading, closeOnDealloc: true)
    let reader: ChildProcess
    do {
      // A pipe ends when nobody can write into it.
      defer { close(pipe.writing) }
      reader = try ChildProcess(
        program, ["read-results", "--", path],
        environment: ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 },
        output: .descriptor(pipe.writing), errors: .null)
    }
    let answer = try output.readToEnd() ?? Data()
    let how: String
    switch reader.wait() {
    case .exited(0): return try TableResults(message: answer)
    case .exited(ExitCode.dataMissing.rawValue):
      throw CommandFailure("error: \(String(decoding: answer, as: UTF8.self))", code: .dataMissing)
    case .signalled(SIGXCPU):
      throw CommandFailure(
        "error: cannot read \(path): the HDF5 library is not done with it after "
          + "\(ReadResultsCommand.seconds) s. \(advice)", code: .dataMissing)
    case .exited(let code): how = "left with exit code \(code)"
    case .signalled(let signal): how = "was ended by signal \(signal)"
    }
    throw CommandFailure(
      "error: cannot read \(path): the process that opened it with the HDF5 library \(how). \(advice)",
      code: .dataMissing)
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
