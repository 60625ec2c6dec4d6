import Datasets
import Files
import Manifest
import Pipeline

/// A representation that somebody else has made: files that a manifest names by their paths.
protocol OutsideRepresentation: Representation {
  /// The paths as the manifest has them; empty texts are none.
  var paths: [String] { get }
}

/// A file or folder that a row names.
struct OutsideFiles: Equatable {
  /// From the root.
  let path: String
  /// Of every byte; nil where nothing is there, or it cannot be read.
  let fingerprint: String?

  /// - Parameters:
  ///   - path: as a manifest has it.
  ///   - folder: that of the manifest.
  init(_ path: String, in folder: String) {
    self.path = Paths.absolute(path, from: folder)
    fingerprint = try? Fingerprint.ofTree(self.path)
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
        return representation.paths.filter { !$0.isEmpty }
      }
    }
  }
}
