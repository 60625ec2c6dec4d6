import Files

/// What a job asks Slurm for. Steps with equal requests go out as one array.
struct SlurmRequest: Hashable, Sendable {
  var cores: Int
  /// Mebibytes.
  var memory: Int
  var minutes: Int
  var usesGPU: Bool
  /// Jobs that must have succeeded before, such as `12_3`.
  var after: [String] = []

  /// - Parameters:
  ///   - memory: what the step is expected to hold, in bytes.
  ///   - seconds: what it is expected to take.
  init(cores: Int, memory: Int, seconds: Double, usesGPU: Bool, settings: SlurmSettings) {
    self.cores = max(1, cores)
    // A half more, and what libraries map: the limit of a job also counts what a resident set does not. Rounded, so
    // that steps that are nearly alike share an array.
    self.memory = SlurmRequest.roundedUp((memory >> 20) * 3 / 2 + 512, to: 512)
    // Another node may be slower by a factor. Too little is no harm: the step goes on after a checkpoint.
    let expected = SlurmRequest.roundedUp(10 + Int(min(seconds, 1e7) * 3 / 60), to: 15)
    minutes = settings.minutes ?? expected
    self.usesGPU = usesGPU
  }

  /// Seconds before the time limit at which the step is told to write a checkpoint.
  var warning: Int { min(120, minutes * 30) }

  /// For messages: "2 cores, 1024 MiB, 15 min".
  var summary: String {
    "\(cores) core\(cores == 1 ? "" : "s"), \(memory) MiB, \(minutes) min\(usesGPU ? ", a GPU" : "")"
  }

  private static func roundedUp(_ value: Int, to multiple: Int) -> Int {
    (value + multiple - 1) / multiple * multiple
  }

  /// The arguments of sbatch for an array of `count` steps in `folder`.
  func arguments(name: String, folder: String, count: Int, settings: SlurmSettings) -> [String] {
    // A percent sign is the beginning of a pattern in names of output files.
    let pattern = folder.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
    var arguments = [
      "--parsable", "--job-name=\(name)", "--array=0-\(count - 1)", "--nodes=1", "--ntasks=1",
      "--cpus-per-task=\(cores)", "--mem=\(memory)M", "--time=\(minutes)", "--signal=B:USR1@\(warning)",
      "--requeue", "--open-mode=append", "--output=\(pattern)/%a/output.txt",
    ]
    if usesGPU { arguments.append("--gres=gpu:1") }
    if let partition = settings.partition { arguments.append("--partition=\(partition)") }
    if !after.isEmpty {
      // Without the second, a job whose input failed would stay in the queue for ever.
      arguments += ["--dependency=afterok:\(after.joined(separator: ":"))", "--kill-on-invalid-dep=yes"]
    }
    return arguments + settings.arguments + ["\(folder)/script.sh"]
  }
}
