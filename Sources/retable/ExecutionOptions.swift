import ArgumentParser
import Foundation
import Pipeline

/// How steps are carried out.
struct ExecutionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Cores to use at a time (default: all, or what Slurm gives).", valueName: "cores"))
  var jobs: Int?
  @Option(
    help: ArgumentHelp(
      "Memory to use at a time, in GiB (default: nine tenths, or what Slurm gives).", valueName: "GiB"))
  var memory: Double?
  @Option(help: "auto, cpu or cuda; with Slurm auto is cpu.") var device: DeviceChoice = .auto
  @Option(help: "local, or slurm: each step is a job of a Slurm cluster (docs/slurm.md).")
  var executor: ExecutorChoice = .local
  @OptionGroup(title: "Slurm") var slurm: SlurmOptions
  @Option(help: ArgumentHelp("Also write every event as a JSON line to this file.", valueName: "file"))
  var events: String?
  @Flag(help: "No progress, only the table and problems.") var quiet = false

  func validate() throws {
    try check(jobs, in: 1...65_536, "--jobs")
    try check(memory, in: 0.001...1_048_576, "--memory", "GiB")
    if slurm.isGiven, executor != .slurm {
      throw ValidationError("the Slurm options have no effect without --executor slurm")
    }
  }

  /// Who carries the steps out, and how much may run at a time.
  func makeExecutor(store: Store) throws -> (executor: any Executor, limits: Limits) {
    switch executor {
    case .local: try localExecutor()
    case .slurm: try slurmExecutor(store: store)
    }
  }

  /// The device as this machine, or for Slurm the user, has it: a login node without a GPU says nothing of the nodes.
  func chosenDevice() throws -> String {
    switch (executor, device) {
    case (.slurm, .cuda): "cuda"
    case (.slurm, _): "cpu"
    case (.local, _): try device.resolved()
    }
  }

  /// A store that the machines of a run find: absolute for Slurm.
  func opened(_ options: StoreOptions) throws -> Store {
    let store = try options.opened
    guard executor == .slurm else { return store }
    return Store(root: URL(fileURLWithPath: store.root).standardizedFileURL.path)
  }

  private func limited(_ limits: Limits) -> Limits {
    var limits = limits
    if let jobs { limits.cores = jobs }
    if let memory { limits.memory = Int(memory * Double(1 << 30)) }
    return limits
  }

  private func localExecutor() throws -> (executor: any Executor, limits: Limits) {
    let limits = limited(.machine)
    let executor = LocalExecutor(
      command: [try ThisProgram.path(), "worker"],
      environment: ["OMP_NUM_THREADS": String(limits.cores), "OPENBLAS_NUM_THREADS": String(limits.cores)])
    return (executor, limits)
  }

  private func slurmExecutor(store: Store) throws -> (executor: any Executor, limits: Limits) {
    var settings = slurm.settings
    // Jobs that wait for others in Slurm's own queue would start past these limits.
    settings.submitsAhead = jobs == nil && memory == nil
    // The cluster knows its own limits, so nothing is held back here unless the user says so.
    return (
      SlurmExecutor(store: store, settings: settings, worker: [try ThisProgram.path(), "worker"]),
      limited(Limits(cores: 1 << 20, memory: 1 << 60, devices: 1 << 20))
    )
  }
}
