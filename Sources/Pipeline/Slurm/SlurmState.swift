/// What Slurm says of a job. A hint for people: whether a step succeeded is told by its record alone.
enum SlurmState: Equatable, Sendable {
  /// In the queue and not running, with Slurm's reason: `Resources`, `Priority`, `BeginTime`.
  case waiting(reason: String)
  case running
  /// Will not run again, with Slurm's word: `COMPLETED`, `TIMEOUT`, `NODE_FAIL`.
  case over(String)

  /// - Parameter name: the long form of a state, as `squeue --format=%T` prints it.
  /// - Returns: nil for a word that no version of Slurm is known to use.
  init?(name: String, reason: String) {
    switch name {
    case "PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT", "SUSPENDED",
      "STOPPED":
      self = .waiting(reason: reason.isEmpty || reason == "None" ? name.lowercased() : reason)
    case "CONFIGURING", "RUNNING", "COMPLETING", "RESIZING", "SIGNALING", "STAGE_OUT":
      self = .running
    // Slurm ended it before it ran, because a job it depends on failed.
    case "CANCELLED" where reason == SlurmState.inputFailed: self = .over(reason)
    case "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE",
      "PREEMPTED", "REVOKED":
      self = .over(name)
    default: return nil
    }
  }

  /// Waits until a person lets it go on: for example after a node could not start it.
  var isHeld: Bool {
    guard case .waiting(let reason) = self else { return false }
    return reason.lowercased().contains("held")
  }

  static let inputFailed = "DependencyNeverSatisfied"

  /// Words of Slurm's that say the job ended through no fault of the step.
  static let evictions: Set<String> = ["PREEMPTED", "NODE_FAIL", "BOOT_FAIL", "REVOKED", inputFailed]
}

/// One answer of squeue.
struct SlurmListing: Equatable, Sendable {
  struct Entry: Equatable, Sendable {
    let name: String
    let state: SlurmState
  }
  /// By job, such as `12_3`.
  private(set) var jobs: [String: Entry] = [:]
  /// False where a line could not be read: a job that is not listed may be there all the same.
  private(set) var isComplete = true

  /// One job a line: `id|state|reason|name`.
  static let format = "%i|%T|%r|%j"

  init(parsing text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, fields[0].first?.isNumber == true,
        let state = SlurmState(name: fields[1], reason: fields[2])
      else {
        isComplete = false
        continue
      }
      jobs[fields[0]] = Entry(name: fields[3], state: state)
    }
  }

  /// The number of the array whose jobs bear a name.
  func array(named name: String) -> String? {
    jobs.first { $0.value.name == name }.map { String($0.key.prefix { $0 != "_" }) }
  }
}
