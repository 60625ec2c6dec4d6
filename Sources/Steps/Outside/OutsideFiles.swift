import Datasets
import Files
import Manifest
import Pipeline

/// A representation that somebody else has made: files that a manifest names by their paths.
protocol OutsideRepresentation: Representation {
  /// The parameters that are paths, in the order in which a command line has them.
  static var pathParameters: [String] { get }
  /// The paths of one repeat as the manifest has them; empty texts are none.
  func paths(repetition: Int) -> [String]
}

/// A file or folder that a row names.
struct OutsideFiles: Equatable {
  /// From the root.
  let path: String
  /// Of every byte, whatever the path; nil where nothing is there, or it cannot be read.
  let fingerprint: String?

  /// - Parameters:
  ///   - path: as a manifest has it.
  ///   - folder: that of the manifest.
  init(_ path: String, in folder: String, _ digests: DigestCache = DigestCache()) {
    self.path = Paths.absolute(path, from: folder)
    fingerprint = try? Fingerprint.ofContent(self.path, digests: digests)
  }
}

extension Kinds {
  /// The paths that rows of an experiment name.
  func outsidePaths(of experiment: Experiment) -> [String] {
    experiment.rows.flatMap { row in
      representations.flatMap { kind -> [String] in
        guard kind.name == row.representation.kind, let kind = kind as? any OutsideRepresentation.Type,
          let representation = try? kind.init(row.representation.parameters)
        else { return [] }
        return (0..<experiment.repeats(of: row)).flatMap(representation.paths).filter { !$0.isEmpty }
      }
    }
  }
}

extension PlanBuilder {
  /// Adds a step that reads files of others: what is in them is part of its identity, and where they lie is not.
  ///
  /// - Parameter files: paths as the manifest has them, by role.
  mutating func addOutside(
    _ kind: any StepKind, _ parameters: [String: JSON], inputs: [String: String], files: [String: String],
    label: String, needs: Needs
  ) -> String {
    let found = files.mapValues { sources.outside[$0] }
    // One file stands for itself; several have roles.
    let fingerprints = found.mapValues { JSON.string($0?.fingerprint ?? DataSources.missing) }
    let fingerprint = fingerprints.count == 1 ? fingerprints.values.first : .object(fingerprints)
    return add(
      kind, .object(parameters.merging(["fingerprint": fingerprint ?? .null]) { $1 }), inputs: inputs,
      label: label,
      needs: needs,
      sources: Dictionary(
        uniqueKeysWithValues: files.map { role, path in (role, (found[role] ?? nil)?.path ?? path) }))
  }
}

extension StepContext {
  /// - Throws: `StepsError` where a file outside is no longer what it was when the run was planned.
  func requireUnchangedSources() throws {
    let planned = step.parameters["fingerprint"]
    for (role, path) in step.sources.sorted(by: { $0.key < $1.key }) {
      guard try Fingerprint.ofContent(path) != (planned?.string ?? planned?[role]?.string) else { continue }
      throw StepsError(.dataMissing, "\(path) has changed since the run was planned; run again")
    }
  }
}
