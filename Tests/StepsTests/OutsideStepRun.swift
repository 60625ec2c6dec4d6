import Datasets
import Files
import Pipeline
import TestSupport

@testable import Steps

extension StepKind {
  /// Carries a step out that reads files of others, and returns the folder that it leaves and its warnings.
  ///
  /// - Parameters:
  ///   - files: the bytes of a .npy file for each role.
  ///   - changing: whether the files are others than were planned with.
  func run(
    reading files: [String: [UInt8]], _ parameters: [String: JSON], inputs: [String: String],
    in folder: TemporaryDirectory, changing: Bool = false
  ) throws -> (output: String, warnings: [String]) {
    var (sources, fingerprints): ([String: String], [String: JSON]) = ([:], [:])
    for (role, bytes) in files {
      let path = folder.path("\(role).npy")
      try POSIXFileSystem().removeTree(path)
      try folder.file("\(role).npy", bytes)
      sources[role] = path
      fingerprints[role] = .string(changing ? "once \(role)" : try Fingerprint.ofContent(path))
    }
    let output = folder.path("output")
    try POSIXFileSystem().removeTree(output)
    try POSIXFileSystem().makeDirectories(output)
    let fingerprint = fingerprints.count == 1 ? fingerprints.values.first : .object(fingerprints)
    let step = Step(
      kind: name, version: version,
      parameters: .object(
        parameters.merging(["fingerprint": fingerprint ?? .null, "members": [:], "flatten": false]) { $1 }),
      inputs: inputs.mapValues { _ in "input" }, label: "what others made", sources: sources)
    var warnings: [String] = []
    try run(
      StepContext(
        step: step, inputs: inputs, output: output, checkpoint: folder.path, warn: { warnings.append($0) }))
    return (output, warnings)
  }
}
