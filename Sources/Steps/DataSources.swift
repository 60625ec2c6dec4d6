import Datasets
import Files
import Manifest

/// Which data stand behind a plan: found out once, before planning, so that planning itself needs none.
public struct DataSources: Sendable, Equatable {
  static let official = "official"
  static let rendered = "rendered"
  /// Where a fingerprint would stand.
  static let missing = "missing"

  /// Where dSprites comes from: "official" when the user has the file, else "rendered".
  public var dSprites = rendered
  /// Fingerprints of the image sets that are there, by name: other images under the same name are another input.
  public var fingerprints: [String: String] = [:]

  /// How image sets differ from the published ones, as their owner declared, by name. No step depends on it: the numbers
  /// are what they are, and what is said of them changes.
  public var deviations: [String: String] = [:]

  public init(dSprites: String = "rendered", fingerprints: [String: String] = [:]) {
    self.dSprites = dSprites
    self.fingerprints = fingerprints
  }

  /// What is there for this experiment.
  public static func found(for experiment: Experiment) -> DataSources {
    var sources = DataSources()
    if experiment.dataset.kind == DSpritesKind.kind.name {
      sources.dSprites = dSpritesOrigin
    } else {
      guard let folder = try? Paths.dataFolder() else { return sources }
      for set in ImageSet.named(in: experiment) {
        sources.fingerprints[set.rawValue] = set.fingerprint(dataFolder: folder)
        sources.deviations[set.rawValue] = set.declaredDeviation(dataFolder: folder)
      }
      sources.fingerprints[ReleasedWeightsStep.set] = ReleasedWeightsStep.fingerprint()
    }
    return sources
  }

  /// Every origin that the data of an experiment may have on this machine at one time or another.
  public static func possible(for experiment: Experiment) -> [DataSources] {
    let found = found(for: experiment)
    guard experiment.dataset.kind == DSpritesKind.kind.name else { return [found] }
    return [rendered, official].map { DataSources(dSprites: $0, fingerprints: found.fingerprints) }
  }

  /// "official" or "rendered".
  public static var dSpritesOrigin: String { officialDSprites() == nil ? rendered : official }

  static func officialDSprites() -> String? {
    guard let folder = try? Paths.dataFolder() else { return nil }
    return try? DSprites.locate(dataFolder: folder)
  }
}
