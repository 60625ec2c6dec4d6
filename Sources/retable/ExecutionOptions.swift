import ArgumentParser
import Foundation
import Pipeline

/// How steps are carried out.
struct ExecutionOptions: ParsableArguments {
  @Option(help: "Cores to use (default: all).") var jobs: Int?
  @Option(help: ArgumentHelp("Memory to use, in GiB (default: nine tenths).", valueName: "GiB"))
  var memory: Double?
  @Option(help: "auto, cpu or cuda.") var device: DeviceChoice = .auto
  @Option(help: ArgumentHelp("Also write every event as a JSON line to this file.", valueName: "file"))
  var events: String?
  @Flag(help: "No progress, only the table and problems.") var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if let memory, memory <= 0 { throw ValidationError("--memory must be positive") }
  }

  /// What the steps may use together.
  var limits: Limits {
    var limits = Limits.machine
    if let jobs { limits.cores = jobs }
    if let memory { limits.memory = Int(memory * Double(1 << 30)) }
    return limits
  }

  func executor(limits: Limits) throws -> any Executor {
    LocalExecutor(
      command: [try Self.program(), "worker"],
      environment: ["OMP_NUM_THREADS": String(limits.cores), "OPENBLAS_NUM_THREADS": String(limits.cores)])
  }

  private static func program() throws -> String {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      throw CommandFailure(
        "error: cannot find this program's own file through /proc/self/exe", code: .stepFailed)
    }
    return path
  }
}
