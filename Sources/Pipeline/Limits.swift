/// What the machine offers to a run.
public struct Limits: Sendable, Equatable {
  public var cores: Int
  /// Bytes.
  public var memory: Int
  /// Steps that may use an accelerator at the same time: one for each device.
  public var devices: Int

  public init(cores: Int, memory: Int, devices: Int = 1) {
    self.cores = cores
    self.memory = memory
    self.devices = devices
  }

  /// All cores and nine tenths of the memory of this machine.
  public static var machine: Limits {
    Limits(cores: ProcessFacts.cores, memory: ProcessFacts.memory / 10 * 9)
  }
}

/// What one step occupies of the limits while it runs.
struct Share: Equatable {
  var cores: Int
  var memory: Int
  var devices: Int
}

extension Limits {
  /// What a step occupies. A step that is larger than the machine gets all of it, and so runs alone rather than never.
  ///
  /// - Parameter memory: bytes that the step is expected to need.
  func share(of step: Step, memory: Int) -> Share {
    Share(
      cores: min(step.needs.cores, cores), memory: min(memory, self.memory),
      devices: step.device == nil ? 0 : min(1, devices))
  }

  func covers(_ share: Share) -> Bool {
    share.cores <= cores && share.memory <= memory && share.devices <= devices
  }

  mutating func take(_ share: Share) {
    cores -= share.cores
    memory -= share.memory
    devices -= share.devices
  }

  mutating func giveBack(_ share: Share) {
    cores += share.cores
    memory += share.memory
    devices += share.devices
  }
}
