import Datasets
import Files
import Manifest

/// Which data stand behind a plan: found out once, before planning, so that planning itself needs none.
public struct DataSources: Sendable, Equatable {
  /// Where a fingerprint would stand.
  static let missing = "missing"

  /// Fingerprints of the splits that are there, by the names of set and split ("cifar10/train"): other data under the same
  /// names are another input.
  public var fingerprints: [String: String] = [:]

  /// How data sets differ from the published ones, as their owner declared, by name. No step depends on it: the numbers
  /// are what they are, and what is said of them changes.
  public var deviations: [String: String] = [:]

  /// Files and folders that rows name, by the path that the manifest has.
  var outside: [String: OutsideFiles] = [:]

  public init(fingerprints: [String: String] = [:]) {
    self.fingerprints = fingerprints
  }

  /// What is there for this experiment. `willRead` is told before files are read that were not looked at before, how many
  /// and how many bytes.
  ///
  /// - Parameter folder: that of the manifest, from which relative paths of its rows lead.
  public static func found(
    for experiment: Experiment, in folder: String = ".", kinds: Kinds = .standard,
    willRead: @escaping @Sendable (_ set: String, _ files: Int, _ bytes: Int) -> Void = { _, _, _ in }
  ) -> DataSources {
    var sources = DataSources()
    for path in kinds.outsidePaths(of: experiment) where sources.outside[path] == nil {
      let digests = DigestCache { willRead(path, $0, $1) }
      sources.outside[path] = OutsideFiles(path, in: folder, digests)
    }
    guard let folder = try? Paths.dataFolder() else { return sources }
    for set in sets(of: experiment) {
      guard let path = try? set.locate(in: folder) else { continue }
      let name = set.name
      let digests = DigestCache { willRead(name, $0, $1) }
      for split in set.splits where split.drawnFrom == nil {
        sources.fingerprints[key(set, split)] = try? set.fingerprint(split, at: path, digests)
      }
      sources.deviations[set.name] = set.declaredDeviation(in: folder)
    }
    return sources
  }

  /// Every origin that the data of an experiment may have on this machine at one time or another.
  public static func possible(for experiment: Experiment, in folder: String = ".") -> [DataSources] {
    let found = found(for: experiment, in: folder)
    guard let set = Catalogue.set(experiment.dataset.kind), set.isMadeWhereMissing else { return [found] }
    var (made, missing) = (found, found)
    for split in set.splits {
      made.fingerprints[key(set, split)] = nil
      missing.fingerprints[key(set, split)] = Self.missing
    }
    // What was made of a copy that is not there now cannot be told: its fingerprint went with it.
    return [made, made == found ? missing : found]
  }

  /// Where the data of a split come from.
  func origin(of split: DataSplit, in set: any DataSet) -> DataOrigin {
    guard let fingerprint = fingerprints[Self.key(set, split)] else {
      return set.isMadeWhereMissing ? .made : .missing
    }
    return fingerprint == Self.missing ? .missing : .copy(fingerprint: fingerprint)
  }

  /// Whether dSprites will be read from the official file, or rendered.
  public static var dSpritesOrigin: String {
    guard let folder = try? Paths.dataFolder(), (try? DSpritesSet().locate(in: folder)) != nil else {
      return "rendered"
    }
    return "official"
  }

  private static func key(_ set: any DataSet, _ split: DataSplit) -> String { "\(set.name)/\(split.name)" }

  /// Those that an experiment names, and those that its representations may read by themselves.
  private static func sets(of experiment: Experiment) -> [any DataSet] {
    let names = Set(
      [experiment.dataset.kind]
        + experiment.rows.compactMap { $0.representation.parameters["images"]?.string })
    return Catalogue.sets.filter { set in
      names.contains(set.name) || set.splits.allSatisfy { $0.port == .weights }
    }
  }
}
