/// The data sets that tables use: where they come from, and how they are recognised in a data folder.
public enum Catalogue {
  /// A set of that name, or `DatasetError.unknownDataset`.
  public static func entry(_ id: String) throws(DatasetError) -> CatalogueEntry {
    guard let entry = all.first(where: { $0.id == id }) else {
      throw .unknownDataset(name: id, known: all.map(\.id))
    }
    return entry
  }

  /// The sets that manifests can name.
  public static let sets: [any DataSet] = [
    DSpritesSet(), CIFAR10Set(), SVHNSet(), SVHNExtraSet(), ImageNetSet(), STL10Set(), DCGANWeightsSet(),
    DCGANWeightsSet(.houseNumbers), CityscapesSet(), SqueezeNetSet(),
  ]

  /// All copies that can be fetched or imported; some hold several sets.
  public static let all: [CatalogueEntry] = sets.flatMap(\.copies)
    .reduce(into: []) { entries, entry in
      if !entries.contains(where: { $0.id == entry.id }) { entries.append(entry) }
    }

  /// The set that manifests and steps call so, or nil.
  public static func set(_ name: String) -> (any DataSet)? { sets.first { $0.name == name } }
}

// Addresses, sizes and checksums. A checksum that is not given has not been published: the first download records its own.

/// One data set: what is published where, and where it may lie.
public struct CatalogueEntry: Sendable {
  /// What commands call it.
  public let id: String
  public let title: String
  /// The tables that read it.
  public let tables: [String]
  /// The page of its makers.
  public let homepage: String
  /// Under which terms it may be used, as far as a user must know before fetching it.
  public let terms: String
  /// The files that `fetch` downloads; none where a set cannot be fetched without an account.
  public let files: [PublishedFile]
  /// Whether the one published file is an archive that is unpacked, and whose folder is the set.
  public let isUnpacked: Bool
  /// Bytes that the archive may unpack to, where it is unpacked.
  var unpackedLimit = 0
  /// How to get a set that has no published files.
  public let instructions: String
  /// Where the set may lie below the data folder, best first. The first folder is where it is imported to.
  public let places: [String]
  /// Checksums of files inside the set's folder, where its makers or users publish them.
  public let members: [String: Checksum]
  /// Compares sizes, names and labels at a place with what the set must have; returns what it found, in words.
  let inspect: @Sendable (_ path: String) throws -> String
}

/// A file as its makers publish it.
public struct PublishedFile: Hashable, Sendable {
  /// The path below the data folder where it is put.
  public let path: String
  public let address: String
  /// Nil where nobody has stated it; then the server's answer is taken, and recorded.
  public let bytes: Int?
  /// What no version of the file exceeds, where `bytes` is nil.
  var limit = 1 << 32
  /// Nil where nobody has stated it; then the digest of the first download is recorded.
  public let checksum: Checksum?
  /// What must come; a web page or another kind of file in its place is refused.
  public let kind: String
}
