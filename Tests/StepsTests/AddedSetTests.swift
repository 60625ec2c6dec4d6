import Files
import Images
import Manifest
import Pipeline
import Results
import TestSupport
import Testing

@testable import Datasets
@testable import Steps

// What docs/add-a-row.md says, word for word; AddedKindTests compares the two.
// BEGIN
/// Imagenette (Howard 2019), ten classes of ImageNet: the archive whose photographs have a shorter side of 160 pixels.
public struct ImagenetteSet: DataSet {
  public let name = "imagenette"
  public let summary =
    "Imagenette (Howard 2019), ten classes of ImageNet: 9,469 training and 3,925 test images, as squares of 32x32"
  public let words = "Imagenette"
  public let splits = [
    DataSplit("train", .training, .labelledImages, count: 9469),
    DataSplit("test", .test, .labelledImages, count: 3925),
  ]
  public let copies = [
    CatalogueEntry(
      id: "imagenette", title: "Imagenette, 160 pixels", tables: [],
      homepage: "https://github.com/fastai/imagenette", terms: "non-commercial research, as for ImageNet",
      files: [
        PublishedFile(
          path: "imagenette2-160.tgz",
          address: "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz",
          bytes: nil, limit: 1 << 28, checksum: .md5("e793b78cc4c9e9a4ccc0c1155377a412"),
          kind: "gzip archive")
      ],
      isUnpacked: true, unpackedLimit: 1 << 28, instructions: "", places: ["imagenette2-160"], members: [:],
      inspect: { try ImagenetteSet.inspect($0) })
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try Self.folder(of: split, in: path).fingerprint(digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    let folder = try Self.folder(of: split, in: required(path))
    try folder.save(to: target, side: 32, progress: progress)
    return try SavedSplit(
      collection: target,
      deviation: folder.count == split.count ? nil : "\(folder.count) \(split.name) images are there")
  }

  /// The makers' validation images are what a table tests on.
  private static func folder(of split: DataSplit, in path: String) throws -> ImageFolder {
    try ImageFolder(Paths.join(path, split.role == .test ? "val" : "train"))
  }

  private static func inspect(_ path: String) throws -> String {
    let folders = try ["train", "val"].map { try ImageFolder(Paths.join(path, $0)) }
    for folder in folders { try folder.requireReadable() }
    return "\(folders[0].count) training and \(folders[1].count) test images"
  }
}
// END

/// A data set of one's own, from the documentation to a measured cell.
@Suite struct AddedSetTests {
  private let steps: ClassificationStepTests
  private let set = ImagenetteSet()
  private var folder: TemporaryDirectory { steps.folder }

  private var kinds: Kinds {
    var kinds = Kinds.standard
    kinds.datasets.append(set)
    kinds.classifiers.append(NearestMean.self)
    return kinds
  }

  /// A copy with few images, of one colour each: red is the first class and blue the second.
  init() throws {
    steps = try ClassificationStepTests()
    for (part, count) in [("train", 8), ("val", 3)] {
      for image in 0..<count {
        let level = UInt8(170 + 10 * image)
        for (name, ink) in [
          ("n01440764", Ink(red: level, green: 20, blue: 20)),
          ("n02102040", Ink(red: 20, green: 20, blue: level)),
        ] {
          try folder.file(
            "imagenette2-160/\(part)/\(name)/\(image).JPEG",
            Raster(width: 48, height: 40, colour: .rgb, filledWith: ink).png())
        }
      }
    }
  }

  @Test func itIsTheDataSetOfATable() throws {
    let text = """
      table: tiny
      title: A table
      source: {paper: Nobody 2000, place: Table 0}
      dataset: {kind: imagenette, train-images: 60}
      columns:
        - {id: units, label: Units, metric: feature-units}
      rows:
        - {id: pixels, label: Pixels, representation: pixels}
      """
    let manifest = try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: kinds.vocabulary)
    let sources = DataSources(fingerprints: ["imagenette/train": "a", "imagenette/test": "b"])
    let plan = Planner(sources: sources, kinds: kinds).plan(manifest.experiment(.quick))
    let images = plan.steps.filter { $0.kind == ImagesStep().name }
    #expect(images.map(\.label) == ["images of imagenette, train", "images of imagenette, test"])
    #expect(images.map { $0.parameters["first"]?.int } == [60, 0])
    #expect(images.map { $0.parameters["fingerprint"]?.string } == ["a", "b"])
    #expect(JSONSchema.text(for: kinds.vocabulary).contains("imagenette"))
    #expect(throws: ManifestError.self) {
      try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary)
    }
  }

  @Test func aCopyIsFoundAndLookedThrough() throws {
    #expect(try set.locate(in: folder.path) == folder.path("imagenette2-160"))
    #expect(
      try set.copies[0].verify(dataFolder: folder.path)
        == .whole(
          place: "imagenette2-160", contents: "16 training and 6 test images",
          proof: "layout only, no checksum is known for this form"))
    let error = #expect(throws: DatasetError.self) { try set.locate(in: "/nowhere") }
    #expect(
      error?.description
        == "Imagenette not found; looked for /nowhere/imagenette2-160. "
        + "'retable data fetch imagenette' downloads and unpacks it")
  }

  @Test func aFingerprintIsOfASplit() throws {
    let path = folder.path("imagenette2-160")
    func fingerprints() throws -> [String] {
      try set.splits.map { try set.fingerprint($0, at: path, DigestCache()) }
    }
    let before = try fingerprints()
    #expect(Set(before).count == 2)
    try folder.file("imagenette2-160/val/n01440764/0.JPEG", [1])
    let after = try fingerprints()
    #expect(after[0] == before[0] && after[1] != before[1])
  }

  @Test func itIsSavedAndClassified() throws {
    var data: [String: String] = [:]
    for split in set.splits {
      let output = folder.path("images-\(split.name)")
      try POSIXFileSystem().makeDirectories(output)
      let file = "\(output)/\(ImagesStep.file)"
      let saved = try set.save(split, at: try set.locate(in: folder.path), to: file) { _ in }
      let count = split.role == .test ? 6 : 16
      #expect(saved.deviation == "\(count) \(split.name) images are there")
      let images = try ImageCollection(file: file)
      #expect([images.count, images.channels, images.height, images.width] == [count, 3, 32, 32])
      #expect(images.classes == ["n01440764", "n02102040"])
      #expect(saved.provenance == images.provenance)
      data[split.name] = output
    }
    #expect(try steps.errorsOfNearestMean(data, kinds) == [0])
  }
}
