import Datasets
import Files
import Manifest
import Pipeline

import struct Foundation.Data
import class Foundation.FileHandle

extension DataSet {
  /// The set as the `dataset` of a manifest: how many images of each split a table uses.
  var kind: Kind {
    let fields = splits.compactMap { split -> Field? in
      guard let count = split.count else { return nil }
      switch split.port {
      case .labelledImages where split.drawnFrom != nil, .images where split.drawnFrom != nil:
        return Field(
          "\(split.name)-images", .integer(0...count), default: 0,
          "training images that are held out, at random and once for all rows, for choices; 0 holds none out. Of a copy "
            + "with fewer images than were published it is as many in proportion, but not fewer than 1,000")
      case .labelledImages, .images:
        let words = split.role == .training ? "training" : split.name
        return Field(
          "\(split.name)-images", .integer(0...count), default: 0,
          "the first so many \(words) images; 0 means all")
      case .factorImages:
        return Field(
          "pool", .integer(0...count), default: 0,
          "images that representations are computed for and metric points are drawn from; 0 means all")
      case .imagePairs, .weights: return nil
      }
    }
    let isOfScenes = self is any SceneDataSet
    return Kind(
      name, summary, fields: fields + (isOfScenes ? SceneOptions.parameters.map(\.field) : []),
      gives: Array(Set(splits.compactMap(\.port.manifestPort))),
      rules: isOfScenes ? SceneOptions.rules : [],
      // What reads images of scenes is held against the truth of the test scenes alone.
      splits: splits.filter { $0.role != .all && (!isOfScenes || $0.role == .test) }.map {
        Kind.SplitName($0.name, field: $0.drawnFrom == nil ? nil : "\($0.name)-images")
      })
  }

  /// Adds the steps that read the table's own splits; their identities by the names of the splits.
  ///
  /// - Parameter seed: of the draw of images that are held out.
  func add(
    _ dataset: Configured, _ sources: DataSources, seed: UInt64, to plan: inout Plan
  ) -> [String: String] {
    func count(_ split: DataSplit) -> Int { dataset.parameters["\(split.name)-images"]?.int ?? 0 }
    var identities: [String: String] = [:]
    // Scenes are packed in the sizes that their readers ask for.
    for split in splits where split.port != .imagePairs {
      if let source = split.drawnFrom.flatMap(self.split) {
        guard count(split) > 0 else { continue }
        identities[split.name] = add(
          source, part: HeldOut(split: split.name, asked: count(split), seed: seed), sources, to: &plan)
        continue
      }
      let part = splits.first { $0.drawnFrom == split.name && count($0) > 0 }.map {
        HeldOut(split: split.name, asked: count($0), seed: seed)
      }
      identities[split.role == .all ? DataRole.whole : split.name] = add(
        split, first: count(split), part: part, sources, to: &plan)
    }
    return identities
  }

  /// Adds the step that reads a split, or its first images, or a part of it.
  func add(
    _ split: DataSplit, first: Int = 0, part: HeldOut? = nil, _ sources: DataSources, to plan: inout Plan
  ) -> String {
    let origin = sources.origin(of: split, in: self)
    return plan.add(
      part.map { ImagesStep().step(reading: split, of: self, first: first, part: $0, from: origin) }
        ?? split.port.step.step(reading: split, of: self, first: first, from: origin))
  }
}

/// The sets of images that representations can be learned from, as manifests name them.
let imageSets = Catalogue.sets.filter { set in
  set.learningSplit.map { [.images, .labelledImages].contains($0.port) } ?? false
}.map(\.name)

/// Where the data of a split come from.
enum DataOrigin: Equatable {
  /// From a copy in the data folder, with its fingerprint.
  case copy(fingerprint: String)
  /// They are made here, since there is no copy.
  case made
  /// There is no copy, and they cannot be made.
  case missing

  /// As it stands among the parameters of a step.
  var fingerprint: JSON {
    if case .copy(let fingerprint) = self { .string(fingerprint) } else { .string(DataSources.missing) }
  }
}

/// A step that turns a split of a data set into one artifact, the same for every row.
protocol DataStep: StepKind {
  /// The step that reads a split. What stands in its parameters is its identity, the fingerprint above all.
  func step(reading split: DataSplit, of set: any DataSet, first: Int, from origin: DataOrigin) -> Step
  /// The set and split that a step of this kind reads; nil where this build has none of that name.
  func source(of step: Step) -> (set: any DataSet, split: DataSplit)?
}

/// The steps that read data sets.
let dataSteps: [any DataStep] = [ImagesStep(), DatasetStep(), ScenesStep(), ReleasedWeightsStep()]

/// The roles under which steps read data that no split has a name for.
enum DataRole {
  /// A set that is one whole.
  static let whole = "data"
}

extension DataPort {
  /// What representations take of such a split; nil where only steps of their own read it.
  var manifestPort: Port? {
    switch self {
    case .labelledImages: .labelledImages
    case .factorImages: .factorImages
    case .imagePairs: .imagePairs
    case .images, .weights: nil
    }
  }

  /// The kind of step that reads such a split.
  var step: any DataStep {
    switch self {
    case .labelledImages, .images: ImagesStep()
    case .factorImages: DatasetStep()
    case .weights: ReleasedWeightsStep()
    case .imagePairs: ScenesStep()
    }
  }
}

extension DataStep {
  /// The first line of this file says where the data come from; each further line is a deviation from the published set.
  static var provenanceFile: String { "provenance.txt" }

  /// Saves the split that the step names, checks that the copy is the one that was planned, and writes what is to be said
  /// of it.
  ///
  /// - Parameter write: how the split is saved; by default as the set does by itself.
  func save(
    _ context: StepContext, fingerprint: String?, to target: String,
    by write: ((any DataSet, DataSplit, _ path: String?) throws -> SavedSplit)? = nil
  ) throws -> SavedSplit {
    guard let (set, split) = source(of: context.step) else {
      throw StepsError(.failed, "no data set of this program has what '\(context.step.label)' reads")
    }
    let folder = try Paths.dataFolder()
    // Without a fingerprint the data were to be made here, whatever has come meanwhile.
    let path = try fingerprint.map { _ in try set.locate(in: folder) }
    let saved =
      try write?(set, split, path)
      ?? set.save(split, at: path, to: target) { context.progress($0, "") }
    if let path, try set.fingerprint(split, at: path, DigestCache()) != fingerprint {
      throw StepsError(
        .dataMissing, "the data of \(set.name) have changed since the run was planned; run again")
    }
    // Standard error goes into the log of the step.
    for note in saved.notes { try? FileHandle.standardError.write(contentsOf: Data((note + "\n").utf8)) }
    return saved
  }

  /// Writes provenance and deviations beside the data. `provenance` replaces the words of the set.
  func write(_ saved: SavedSplit, provenance: String? = nil, in folder: String) throws {
    let lines = [provenance ?? saved.provenance] + [saved.deviation].compactMap { $0 }
    try DurableFile.write(lines.map { $0 + "\n" }.joined(), to: Paths.join(folder, Self.provenanceFile))
  }
}
