import Files
import Foundation

/// The folder of one array in the store, `slurm/<name>/`: the script, the number that Slurm gave it, and one task folder
/// for every step.
///
/// It is there as a whole before sbatch is called, and the array bears its name: a run that finds it later can ask Slurm
/// what became of it even where the process that called sbatch died before it had the answer.
struct SlurmBatch: Sendable, Hashable {
  let path: String
  /// The name of the array in Slurm.
  var name: String { "retable-\(Paths.name(of: path))" }
  private var idPath: String { "\(path)/job" }
  private static let lockName = "lock"

  static func root(of store: Store) -> String { "\(store.root)/slurm" }

  func task(_ index: Int) -> TaskFolder { TaskFolder(path: "\(path)/\(index)") }

  /// Lays out the folder of a new array, and holds its lock: who submits an array keeps that until Slurm has answered.
  static func create(
    _ assignments: [Assignment], script: SlurmScript, in store: Store
  ) throws -> (batch: SlurmBatch, lock: FileLock?) {
    let files = POSIXFileSystem()
    try files.makeDirectories(root(of: store))
    let name = String(UInt64.random(in: .min ... .max), radix: 36)
    let batch = SlurmBatch(path: "\(root(of: store))/\(name)")
    let lock = try DurableDirectory.write(to: batch.path) { folder -> FileLock? in
      try DurableFile.write(script.text(folder: batch.path), to: "\(folder)/script.sh")
      for (index, assignment) in assignments.enumerated() {
        let task = TaskFolder(path: "\(folder)/\(index)")
        try files.makeDirectory(task.path)
        try task.write(assignment)
      }
      return try FileLock.tryLock("\(folder)/\(lockName)")
    }
    return (batch, lock)
  }

  /// Whether a process is about to submit the array: what Slurm knows of it says nothing yet.
  var isBeingSubmitted: Bool { FileLock.isHeld("\(path)/\(SlurmBatch.lockName)") }

  /// The number of the array, once Slurm's answer has been kept.
  var id: String? {
    guard let text = try? POSIXFileSystem().text(of: idPath) else { return nil }
    let id = text.filter { !$0.isWhitespace }
    return id.isEmpty ? nil : id
  }

  func keep(id: String) {
    // Where this cannot be written the name of the array still leads to it.
    try? DurableFile.write(id + "\n", to: idPath)
  }

  /// Removes a task that needs no keeping, and the folder with the last one. What a node still writes to is left for
  /// another time.
  func remove(_ index: Int) {
    let files = POSIXFileSystem()
    try? files.removeTree(task(index).path)
    let left = (try? files.sortedNames(in: path)) ?? []
    if !left.contains(where: { Int($0) != nil }) { try? files.removeTree(path) }
  }

  /// Every array that the store knows of, with the tasks that are left of it.
  static func all(in store: Store) -> [(batch: SlurmBatch, tasks: [(index: Int, step: Step)])] {
    let files = POSIXFileSystem()
    let names = (try? files.sortedNames(in: root(of: store))) ?? []
    return names.map { name in
      let batch = SlurmBatch(path: "\(root(of: store))/\(name)")
      let indices = ((try? files.sortedNames(in: batch.path)) ?? []).compactMap { Int($0) }.sorted()
      return (
        batch,
        indices.compactMap { index in
          (try? batch.task(index).assignment()).map { (index, $0.step) }
        }
      )
    }
  }
}
