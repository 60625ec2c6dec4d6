import Files

/// A data set that manifests can name: what it offers, where copies of it lie, and how a copy becomes the one file, or
/// folder, that steps read.
///
/// A set is added by a type of this protocol, which holds its catalogue entries, and a line in `Catalogue.sets`.
public protocol DataSet: Sendable {
  /// As manifests and steps call it.
  var name: String { get }
  /// What it is, for those who write manifests.
  var summary: String { get }
  /// How messages call a copy that is looked for: "CIFAR-10".
  var words: String { get }
  /// Those that no file holds (`drawnFrom`) are made of the others by the step that reads the set; neither `fingerprint` nor
  /// `save` is asked for them.
  var splits: [DataSplit] { get }
  /// Where copies come from and may lie, best first.
  var copies: [CatalogueEntry] { get }
  /// Where the data may lie inside a copy, best first; "" is the copy itself.
  var inside: [String] { get }
  /// Whether `save` can make the data where no copy is there.
  var isMadeWhereMissing: Bool { get }

  /// A few digits that change when a byte of the split does.
  ///
  /// Throws `DatasetError` where the copy at `path` lacks files, and `FileError`.
  func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String

  /// Writes a split as what its port says: one file, or the content of the folder `target`. `path` is nil only where the
  /// set is made. `progress` is told the finished fraction.
  ///
  /// Throws `DatasetError` for a copy that is not what it should be, and `FileError`.
  func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit
}

/// What a split offers to the steps that read it. Which steps fit follows from this, not from the set.
public enum DataPort: Hashable, Sendable {
  /// An `ImageCollection` with labels.
  case labelledImages
  /// An `ImageCollection` without.
  case images
  /// Images with known factors: a file of `DSprites`.
  case factorImages
  /// Photographs and what belongs to each of them.
  case imagePairs
  /// The arrays of a trained network, a folder of `.npy` files.
  case weights
}

/// A part of a data set.
public struct DataSplit: Hashable, Sendable {
  /// What it is for.
  public enum Role: Hashable, Sendable {
    case training, validation, test
    /// Learned from without labels.
    case unlabelled
    /// More of the training sort, which a table may use or not.
    case extra
    /// The set has no parts.
    case all
  }

  /// As steps call it.
  public let name: String
  public let role: Role
  public let port: DataPort
  /// Images in the published split, where that is one number.
  public let count: Int?
  /// The split that these images are drawn from, where no file holds them: a published protocol that holds part of the
  /// training images out does not say which.
  public let drawnFrom: String?

  public init(
    _ name: String, _ role: Role, _ port: DataPort, count: Int? = nil, drawnFrom: String? = nil
  ) {
    (self.name, self.role, self.port, self.count) = (name, role, port, count)
    self.drawnFrom = drawnFrom
  }
}

/// What is to be said of a split that has been saved.
public struct SavedSplit: Sendable {
  /// Where the data come from, in words for the table.
  public let provenance: String
  /// How they differ from the published ones, where that was found out only now.
  public let deviation: String?
  /// For the step's log.
  public let notes: [String]

  public init(provenance: String, deviation: String? = nil, notes: [String] = []) {
    (self.provenance, self.deviation, self.notes) = (provenance, deviation, notes)
  }

  /// The same with one more deviation.
  public func adding(_ deviation: String?) -> SavedSplit {
    let all = [self.deviation, deviation].compactMap { $0 }
    return SavedSplit(
      provenance: provenance, deviation: all.isEmpty ? nil : all.joined(separator: "; "), notes: notes)
  }

  /// With the words of a collection that has been written.
  init(collection path: String, deviation: String? = nil, notes: [String] = []) throws {
    self.init(provenance: try ImageCollection(file: path).provenance, deviation: deviation, notes: notes)
  }
}

extension DataSet {
  public var inside: [String] { [""] }
  public var isMadeWhereMissing: Bool { false }

  public func split(_ name: String) -> DataSplit? { splits.first { $0.name == name } }

  /// The split that representations are learned from: without labels where there is one.
  public var learningSplit: DataSplit? {
    splits.first { $0.role == .unlabelled } ?? splits.first { $0.role == .training }
  }

  /// Where a copy lies: the first of the places of `copies` where something is.
  ///
  /// Throws `DatasetError.notFound`, which says where it looked and how to get a copy, and `FileError` where it may not
  /// look.
  public func locate(in dataFolder: String) throws -> String {
    let searched = copies.flatMap { paths(of: $0, in: dataFolder) }
    for path in searched where try POSIXFileSystem().statusIfPresent(of: path) != nil { return path }
    var distinct: [String] = []
    for path in searched where !distinct.contains(path) { distinct.append(path) }
    throw DatasetError.notFound(dataset: words, searched: distinct, advice: advice)
  }

  /// How the copy in the data folder differs from the published set, as its owner declared; nil where nothing was said, or
  /// there is no copy. Several entries may have one place; what was said of any of them holds.
  public func declaredDeviation(in dataFolder: String) -> String? {
    guard let path = try? locate(in: dataFolder) else { return nil }
    let entries = copies.filter { paths(of: $0, in: dataFolder).contains(path) }
    return entries.lazy.compactMap { (try? $0.declaredDeviation(in: dataFolder)) ?? nil }.first
  }

  private func paths(of entry: CatalogueEntry, in dataFolder: String) -> [String] {
    entry.places.flatMap { place in inside.map { Paths.join(dataFolder, place, $0) } }
  }

  private var advice: String {
    guard copies.count == 1, let entry = copies.first else {
      return "'retable data list' says which folders serve and where they come from"
    }
    guard !entry.files.isEmpty else { return entry.instructions }
    return "'retable data fetch \(entry.id)' downloads \(entry.isUnpacked ? "and unpacks " : "")it"
      + (isMadeWhereMissing ? "; without it the images are rendered" : "")
  }

  /// The path of a copy where the set cannot be made without one.
  func required(_ path: String?) throws -> String {
    guard let path else { throw DatasetError.notFound(dataset: words, searched: [], advice: advice) }
    return path
  }
}
