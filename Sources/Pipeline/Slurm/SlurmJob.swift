/// One step on its way through Slurm.
struct SlurmJob {
  let step: Step
  let batch: SlurmBatch
  /// Its place in the array.
  let index: Int
  /// `12_3`, or nil until Slurm's answer to sbatch is known.
  var id: String?
  /// Submitted by an earlier process on the same store.
  var isAdopted = false
  /// The scheduler waits for it; else it was submitted ahead, or is somebody else's.
  var isWanted = false
  var isStopping = false
  /// Polls in a row in which Slurm knew of no way it could still run.
  var absences = 0
  /// What was last told of it.
  var told = ""
  var isToldHeld = false

  var task: TaskFolder { batch.task(index) }
  var name: String { id.map { "Slurm job \($0)" } ?? "a Slurm job" }
}
