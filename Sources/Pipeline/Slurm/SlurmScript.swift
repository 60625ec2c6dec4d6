/// The batch script of an array: every task carries out the step in the folder of its number.
struct SlurmScript {
  /// The program and arguments that serve as a worker.
  let worker: [String]
  /// Exported, because a cluster may start jobs with an environment of its own.
  let environment: [String: String]
  let requeues: Int

  /// The names of variables that decide what a worker reads and writes.
  static func isPassedOn(_ name: String) -> Bool { name.hasPrefix("RETABLE_") || name == "XDG_CACHE_HOME" }

  func text(folder: String) -> String {
    let exports = environment.filter { SlurmScript.isPassedOn($0.key) }.sorted { $0.key < $1.key }
      .map { "export \($0.key)=\(SlurmScript.quoted($0.value))\n" }.joined()
    // `exec` makes the worker itself the process that Slurm signals before the time limit.
    return """
      #!/bin/bash
      # Written by retable: each task of this array carries out the step in the folder of its number.
      \(exports)export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}" OPENBLAS_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
      exec \(worker.map(SlurmScript.quoted).joined(separator: " ")) \\
        --assignment \(SlurmScript.quoted(folder))/"$SLURM_ARRAY_TASK_ID"/assignment.json --requeues \(requeues)

      """
  }

  /// One word for the shell, whatever it holds.
  static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "/._-+,:=@%".utf8.contains(byte)
    }
    if plain, !text.isEmpty { return text }
    // By Unicode scalar: a quote can be part of what Swift takes for one character.
    let escaped = text.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined()
    return "'" + escaped + "'"
  }
}
