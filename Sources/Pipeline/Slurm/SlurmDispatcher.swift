import Files
import Foundation

/// Hands steps to Slurm and finds out what became of them.
///
/// A step has succeeded when its record is in the store, and ended when its worker's reply is in its task folder. What
/// Slurm says is a hint: it is shown, and it tells when to stop waiting for a reply that will never come.
///
/// Belongs to one thread; `SlurmExecutor` gives it one.
final class SlurmDispatcher {
  let store: Store
  let settings: SlurmSettings
  let commands: SlurmCommands
  let script: SlurmScript
  let history: History
  let deliver: (ExecutorEvent) -> Void

  /// Every step that has been submitted and not answered for, by identity.
  var jobs: [String: SlurmJob] = [:]
  /// Steps to submit at the next flush.
  private var gathered: [Step] = []
  /// Arrays of which Slurm has not said that it has them.
  var unanswered: [Submission] = []
  /// Steps that Slurm would not take ahead of their inputs; they go when they can start.
  var heldBack: Set<String> = []
  var resubmissions: [String: Int] = [:]
  /// Task folders without a job, by identity: what a failure left for whoever looks into it.
  var leftovers: [String: [(batch: SlurmBatch, index: Int)]] = [:]
  private var hasLooked = false
  var accountingAnswers = true
  var isStopping = false

  struct Submission {
    let batch: SlurmBatch
    let steps: [Step]
    let arguments: [String]
    /// Keeps other runs from taking the folder for one that was left: held until Slurm's answer has been kept.
    let lock: FileLock?
    var tries = 0
  }

  /// The largest array that is submitted; Slurm's own limit is 1001 unless a site changed it.
  static let largestArray = 500

  init(
    store: Store, settings: SlurmSettings, worker: [String], environment: [String: String],
    deliver: @escaping (ExecutorEvent) -> Void
  ) {
    self.store = store
    self.settings = settings
    self.deliver = deliver
    commands = SlurmCommands(environment: environment, limit: settings.commandLimit)
    script = SlurmScript(worker: worker, environment: environment, requeues: settings.requeues)
    history = History(store: store)
  }

  /// The scheduler wants a step done, now that its inputs are there.
  func start(_ step: Step) {
    look()
    guard let job = jobs[step.identity] else {
      gathered.append(step)
      return
    }
    jobs[step.identity]?.isWanted = true
    if job.isAdopted {
      deliver(
        .warning(
          "'\(step.label)' is with Slurm already, as \(job.name) of an earlier run; waiting for that one"))
    }
  }

  /// Submits what was gathered, and what waits for it, as far as Slurm can know what it waits for.
  func flush(waiting: [Step]) {
    look()
    let ready = takeGathered()
    submit(ready, isWanted: true) { _ in [] }
    guard settings.submitsAhead else { return }
    let missing = Set(waiting.map(\.identity))
    var rest = waiting.filter { jobs[$0.identity] == nil && !heldBack.contains($0.identity) }
    // Inputs first: what can be named as a dependency after one round can be built upon in the next.
    while !rest.isEmpty, !isStopping {
      let next = rest.filter { step in
        let inputs = step.inputs.values
        return inputs.allSatisfy { jobs[$0]?.id != nil || (jobs[$0] == nil && !missing.contains($0)) }
          && inputs.contains { jobs[$0] != nil }
      }
      guard !next.isEmpty else { return }
      submit(next, isWanted: false) { step in step.inputs.values.compactMap { self.jobs[$0]?.id } }
      rest.removeAll { step in next.contains { $0.identity == step.identity } }
    }
  }

  func takeGathered() -> [Step] {
    defer { gathered = [] }
    return gathered
  }

  /// Finds what an earlier run left with Slurm, once. What another run is submitting at this moment stays its own.
  private func look() {
    guard !hasLooked else { return }
    hasLooked = true
    let batches = SlurmBatch.all(in: store)
    guard !batches.isEmpty else { return }
    // Where squeue does not answer, they may all be there: `poll` finds out.
    let listing = commands.listing()
    for (batch, tasks) in batches where !batch.isBeingSubmitted {
      let array = batch.id ?? listing?.array(named: batch.name)
      for (index, step) in tasks {
        if store.presence(step.identity) == .cached {
          batch.remove(index)
          continue
        }
        guard let id = array.map({ "\($0)_\(index)" }), mayRun(id, listing) else {
          leftovers[step.identity, default: []].append((batch, index))
          continue
        }
        jobs[step.identity] = SlurmJob(step: step, batch: batch, index: index, id: id, isAdopted: true)
      }
    }
  }

  private func mayRun(_ id: String, _ listing: SlurmListing?) -> Bool {
    guard let listing else { return true }
    return switch listing.jobs[id]?.state {
    case .waiting, .running: true
    case .over: false
    case nil: !listing.isComplete
    }
  }
}
