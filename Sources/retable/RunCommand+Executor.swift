import ArgumentParser
import Foundation
import Pipeline
import Steps

extension RunCommand {
  /// Who carries the steps out, and how much may run at a time.
  func makeExecutor(store: Store, device: String) throws -> (executor: any Executor, limits: Limits) {
    switch executor {
    case .local: try localExecutor()
    case .slurm: try slurmExecutor(store: store, device: device)
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

  /// A store that other machines find: absolute.
  func openedStore() -> Store {
    let store = self.store.opened
    guard executor == .slurm else { return store }
    return Store(root: URL(fileURLWithPath: store.root).standardizedFileURL.path)
  }

  private func localExecutor() throws -> (executor: any Executor, limits: Limits) {
    var limits = Limits.machine
    if let jobs { limits.cores = jobs }
    if let memory { limits.memory = Int(memory * Double(1 << 30)) }
    let executor = LocalExecutor(
      command: [try Self.program(), "worker"],
      environment: ["OMP_NUM_THREADS": String(limits.cores), "OPENBLAS_NUM_THREADS": String(limits.cores)])
    return (executor, limits)
  }

  private func slurmExecutor(store: Store, device: String) throws -> (executor: any Executor, limits: Limits)
  {
    // The cluster knows its own limits, so nothing is held back here unless the user says so.
    var limits = Limits(cores: 1 << 20, memory: 1 << 60)
    if let jobs { limits.cores = jobs }
    if let memory { limits.memory = Int(memory * Double(1 << 30)) }
    var settings = slurm.settings
    // Jobs that wait for others in Slurm's own queue would start past these limits.
    settings.submitsAhead = jobs == nil && memory == nil
    return (
      SlurmExecutor(
        store: store, settings: settings, worker: [try Self.program(), "worker"], registry: registry,
        device: device),
      limits
    )
  }

  private static func program() throws -> String {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      throw CommandFailure(
        "error: cannot find this program's own file through /proc/self/exe", code: .stepFailed)
    }
    return path
  }
}
