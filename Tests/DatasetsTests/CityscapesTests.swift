import Files
import Foundation
import Images
import TestSupport
import Testing

@testable import Datasets

@Suite struct CityscapesTests {
  static let set = CityscapesSet()
  static let train = set.splits[0]
  static let test = set.splits[1]

  static func save(
    _ split: DataSplit, _ path: String, side: Int = 64, truth: TruthSize = .native, rule: IdRule = .cleaned
  ) throws -> (pairs: ScenePairs, saved: SavedSplit) {
    let folder = try TemporaryDirectory()
    let target = folder.path("out")
    let saved = try set.saveScenes(
      split, at: path, side: side, truth: truth, rule: rule, to: target, progress: { _ in })
    for name in [ScenePairs.photosFile, ScenePairs.labelsFile] {
      _ = try ImageCollection(file: Paths.join(target, name), verifying: true)
    }
    return (try ScenePairs(folder: target), saved)
  }

  /// What is wrong with the training pairs of a folder, which is called x.
  static func problem(_ path: String, _ split: DataSplit = train) -> String? {
    #expect(throws: DatasetError.self) { try save(split, path) }?.description.replacing(path, with: "x")
  }

  /// 64 x 64 pixels of 16 bits, as instance ids are stored, that Pillow wrote.
  private static let deepGrey = Data(
    base64Encoded: """
      iVBORw0KGgoAAAANSUhEUgAAAEAAAABAEAAAAADfkvJBAAAAP0lEQVR4nO3OMQEAAAjDsIFPvCINGTypgaZm81r/7gEAAAAAAAAA
      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAACSAxg3AZ34rOlFAAAAAElFTkSuQmCC
      """, options: .ignoreUnknownCharacters)

  /// The scenes as the official tree has them: the map of raw ids, its colours, and the photograph.
  static func official(in folder: TemporaryDirectory, scenes: Int = 2) throws -> String {
    let raw: [UInt8] = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26]
    for (split, first) in [("train", 0), ("val", 100_000)] {
      for number in 0..<scenes {
        let city = number == 0 ? "zurich" : "aachen"
        let name = "\(city)/\(city)_00000\(number)_000019"
        let scene = first + number
        try folder.file(
          "official/leftImg8bit/\(split)/\(name)_leftImg8bit.png", StreetScenes.photo(scene).png())
        try folder.file("official/gtFine/\(split)/\(name)_gtFine_color.png", StreetScenes.labels(scene).png())
        try folder.file(
          "official/gtFine/\(split)/\(name)_gtFine_labelIds.png",
          Raster(width: 64, height: 64, colour: .grey, bytes: StreetScenes.ids(scene).map { raw[Int($0)] })
            .png())
      }
    }
    return folder.path("official")
  }

  @Test func `pairs side by side, in the order of their numbers`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path, train: 11, test: 2)
    let (pairs, saved) = try Self.save(Self.train, folder.path)
    #expect(pairs.names == (1...11).map(String.init) && pairs.arePaired && pairs.count == 11)
    #expect(pairs.photos.shape == [11, 3, 64, 64] && pairs.labels.shape == [11, 3, 64, 64])
    #expect(pairs.truth?.shape == [11, 1, 64, 64])
    for scene in 0..<11 {
      #expect(pairs.photos.pixels(of: scene) == StreetScenes.photo(scene).planes)
      #expect(pairs.labels.pixels(of: scene) == StreetScenes.labels(scene).planes)
      #expect(pairs.truth?.pixels(of: scene) == StreetScenes.ids(scene))
    }
    let fingerprint = try Self.set.fingerprint(Self.train, at: folder.path, DigestCache())
    #expect(
      saved.provenance
        == "11 of 2,975 training pairs of Cityscapes in the layout of pix2pix, squashed to 256 x 256 where larger, then "
        + "resized to 64 x 64 (bicubic), classes of 64 x 64 pixels recovered from the colours of the label maps (cleaned), "
        + "fingerprint \(fingerprint)")
    #expect(pairs.provenance == saved.provenance && saved.notes == [])
    #expect(
      saved.deviation
        == "Cityscapes has 11 of 2,975 training pairs here; classes of the training pairs are recovered from lossy colours "
        + "(rule cleaned), not read from the official id maps, which bounds what any row can score")
    let test = try Self.save(Self.test, folder.path, truth: .none)
    #expect(test.pairs.truth == nil && test.saved.deviation == "Cityscapes has 2 of 500 test pairs here")
    #expect(test.pairs.photos.pixels(of: 1) == StreetScenes.photo(100_001).planes)
  }

  @Test func `the official tree, with exact classes at their own size`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.official(in: folder)
    let (pairs, saved) = try Self.save(Self.test, path, side: 16)
    // Cities in order, not numbers.
    #expect(pairs.names == ["aachen_000001_000019", "zurich_000000_000019"])
    #expect(pairs.truth?.pixels(of: 0) == StreetScenes.ids(100_001))
    #expect(pairs.truth?.pixels(of: 1) == StreetScenes.ids(100_000))
    #expect(pairs.photos.pixels(of: 0) == StreetScenes.photo(100_001).resized(width: 16, height: 16).planes)
    #expect(saved.deviation == "Cityscapes has 2 of 500 test pairs here")
    #expect(saved.provenance.contains(", classes of 64 x 64 pixels from the official id maps, fingerprint "))
    // Pixels at centres: of four, the third.
    let quarter = try Self.save(Self.test, path, side: 16, truth: .side(16)).pairs
    let whole = StreetScenes.ids(100_001)
    let sampled = (0..<256).map { pixel -> UInt8 in
      let (row, column) = (4 * (pixel / 16) + 2, 4 * (pixel % 16) + 2)
      return whole[64 * row + column]
    }
    #expect(quarter.truth?.pixels(of: 0) == sampled)
  }

  @Test func `larger images are squashed to squares of 256 first`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("train/1.png", StreetScenes.pair(1, side: 300).png())
    let (pairs, _) = try Self.save(Self.train, folder.path, side: 32)
    let squashed = StreetScenes.photo(1, side: 300).resized(width: 256, height: 256)
    #expect(pairs.photos.pixels(of: 0) == squashed.resized(width: 32, height: 32).planes)
    #expect(pairs.truth?.shape == [1, 1, 256, 256])
    // So are those that another program has made of the scenes.
    let path = try folder.file("1.png", StreetScenes.photo(1, side: 300).png())
    let image = try SceneImage(file: path, side: 32)
    #expect(image.width == 300 && image.height == 300)
    #expect(image.planes == pairs.photos.pixels(of: 0))
  }

  @Test(arguments: [false, true])
  func `sides in folders of their own, whichever has the label maps`(isSwapped: Bool) throws {
    let folder = try TemporaryDirectory()
    let (photos, labels) = isSwapped ? ("B", "A") : ("A", "B")
    for number in 1...3 {
      try folder.file("test\(photos)/\(number).jpg", StreetScenes.photo(number).png())
      try folder.file("test\(labels)/\(number).png", StreetScenes.labels(number).png())
    }
    let (pairs, saved) = try Self.save(Self.test, folder.path)
    #expect(pairs.names == ["1", "2", "3"] && pairs.arePaired)
    #expect(pairs.photos.pixels(of: 2) == StreetScenes.photo(3).planes)
    #expect(pairs.labels.pixels(of: 2) == StreetScenes.labels(3).planes)
    #expect(pairs.truth?.pixels(of: 2) == StreetScenes.ids(3))
    #expect(
      saved.notes.map { $0.replacing(folder.path, with: "x") }
        == (isSwapped
          ? ["the label maps of x are where the layout has photographs; they are read as such"] : []))
  }

  @Test(arguments: [false, true])
  func `training sides whose names do not go together`(isSwapped: Bool) throws {
    let folder = try TemporaryDirectory()
    let (photos, labels) = isSwapped ? ("B", "A") : ("A", "B")
    for number in 1...3 { try folder.file("train\(photos)/p\(number).png", StreetScenes.photo(number).png()) }
    for number in 4...5 {
      try folder.file("train\(labels)/l\(number).png", StreetScenes.labels(number).png())
    }
    let (pairs, saved) = try Self.save(Self.train, folder.path)
    #expect(!pairs.arePaired && pairs.count == 2 && pairs.names == ["p1", "p2", "p3"])
    #expect(pairs.photos.count == 3 && pairs.labels.count == 2 && pairs.truth?.count == 2)
    #expect(pairs.labels.pixels(of: 1) == StreetScenes.labels(5).planes)
    #expect(saved.deviation?.hasSuffix("; no photograph goes with a label map by its name") == true)
  }

  @Test func `the archive gives what its folder gives`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path("cityscapes"), train: 2, test: 1)
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments = ["-czf", folder.path("cityscapes.tar.gz"), "-C", folder.path, "cityscapes"]
    try tar.run()
    tar.waitUntilExit()
    let (packed, saved) = try Self.save(Self.train, folder.path("cityscapes.tar.gz"))
    let (plain, _) = try Self.save(Self.train, folder.path("cityscapes"))
    #expect(packed.names == plain.names)
    for scene in 0..<2 {
      #expect(packed.photos.pixels(of: scene) == plain.photos.pixels(of: scene))
      #expect(packed.truth?.pixels(of: scene) == plain.truth?.pixels(of: scene))
    }
    let fingerprint = try Self.set.fingerprint(
      Self.train, at: folder.path("cityscapes.tar.gz"), DigestCache())
    #expect(saved.provenance.hasSuffix(", fingerprint \(fingerprint)"))
    #expect(try CityscapesSet.inspect(folder.path("cityscapes.tar.gz")) == "3 pictures in an archive")
    try POSIXFileSystem().removeTree(folder.path("cityscapes"))
    #expect(try Self.set.locate(in: folder.path) == folder.path("cityscapes.tar.gz"))
  }

  @Test func `every pair that cannot be used is named`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path, train: 3, test: 1)
    let whole = try StreetScenes.pair(7).png()
    try folder.file("train/4.png", StreetScenes.pair(4).cropped(columns: 0..<127).png())
    try folder.file("train/5.jpg", "<html>not found</html>".utf8)
    try folder.file("train/6.jpg", whole.dropLast(whole.count / 2))
    try folder.file("train/7.jpg", #require(ImageFolderTests.grey))
    try folder.file("train/8.png", StreetScenes.pair(8, side: 32).png())
    try folder.file("train/9.jpg", [])
    try folder.file("train/3.jpg", whole)
    try folder.file("train/Thumbs.db", [1])
    #expect(
      Self.problem(folder.path)
        == "x has 7 problems, and nothing is left out: train has 3.jpg and 3.png for one scene; "
        + "train/4.png is 127 pixels wide, so it has no two equal halves; "
        + "train/5.jpg cannot be read (it is a web page, probably the answer of a failed download); "
        + "train/6.jpg cannot be read (the file ends too early); "
        + "train/7.jpg is grey where colours are needed; "
        + "train/8.png has 32 x 32 classes where the most frequent size is 64 x 64; "
        + "train/9.jpg cannot be read (it is empty). Put the published files in their place")
    for number in 20..<30 { try folder.file("train/\(number).jpg", []) }
    let many = Self.problem(folder.path)
    #expect(many?.hasPrefix("x has 17 problems, ") == true)
    #expect(many?.contains("; and 7 more. Put") == true)
    #expect(Self.problem(folder.path("train"), Self.test) != nil)
  }

  @Test func `partners that are missing are named`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.official(in: folder)
    let files = POSIXFileSystem()
    let aachen = "aachen/aachen_000001_000019"
    try files.removeFile("\(path)/gtFine/train/\(aachen)_gtFine_color.png")
    try folder.file("official/gtFine/train/zurich/zurich_000009_000019_gtFine_labelIds.png", [1])
    #expect(
      Self.problem(path)
        == "x has 2 problems, and nothing is left out: leftImg8bit/train/\(aachen)_leftImg8bit.png has no partner "
        + "gtFine/train/\(aachen)_gtFine_color.png; gtFine/train/zurich/zurich_000009_000019_gtFine_labelIds.png has no "
        + "partner leftImg8bit/train/zurich/zurich_000009_000019_leftImg8bit.png. Put the published files in their place"
    )
    try files.removeTree("\(path)/gtFine/val")
    #expect(Self.problem(path, Self.test)?.hasPrefix("x has 4 problems, and nothing is left out: ") == true)
    try files.removeTree("\(path)/leftImg8bit/val")
    #expect(
      Self.problem(path, Self.test)
        == "Cityscapes in x is incomplete: leftImg8bit/val/*/*_leftImg8bit.png is missing. Download it again")
    let sides = try TemporaryDirectory()
    for number in 1...3 {
      try sides.file("testA/\(number).png", StreetScenes.photo(number).png())
      if number > 1 { try sides.file("testB/\(number).png", StreetScenes.labels(number).png()) }
    }
    try sides.file("testB/x9.png", StreetScenes.labels(9).png())
    #expect(
      Self.problem(sides.path, Self.test)
        == "x has 2 problems, and nothing is left out: testA/1.png has no partner in testB; testB/x9.png has no partner in "
        + "testA. Put the published files in their place")
  }

  @Test func `id maps that are none`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.official(in: folder)
    let ids = "gtFine/train/aachen/aachen_000001_000019_gtFine_labelIds.png"
    func put(_ image: Raster) throws { try folder.file("official/\(ids)", image.png()) }
    func problem(_ words: String) -> String {
      "x has 1 problem, and nothing is left out: \(ids) \(words). Put the published files in their place"
    }
    var bytes = [UInt8](repeating: 7, count: 4096)
    bytes[64 * 3 + 5] = 34
    try put(Raster(width: 64, height: 64, colour: .grey, bytes: bytes))
    #expect(
      Self.problem(path)
        == problem("has the id 34 at row 3, column 5, which is none of Cityscapes' (0 to 33)"))
    try put(StreetScenes.labels(0))
    #expect(Self.problem(path) == problem("is in colour where ids are needed, 8 bits of grey"))
    try folder.file("official/\(ids)", #require(ImageFolderTests.grey))
    #expect(Self.problem(path) == problem("is no PNG, as a map of ids must be"))
    try folder.file("official/\(ids)", #require(Self.deepGrey))
    #expect(Self.problem(path) == problem("has 16 bits for each pixel where ids have 8"))
    try put(Raster(width: 32, height: 64, colour: .grey, filledWith: .black))
    #expect(Self.problem(path) == problem("has 32 x 64 pixels where its partner has 64 x 64"))
  }

  @Test func `sides that nobody could tell apart`() throws {
    let folder = try TemporaryDirectory()
    for side in ["A", "B"] { try folder.file("test\(side)/1.png", StreetScenes.labels(1).png()) }
    #expect(
      Self.problem(folder.path, Self.test)
        == "cannot tell photographs from label maps in x: 100 % of testA and 100 % of testB have a colour of Cityscapes' "
        + "label maps, where one side should have most and the other few. Download the set again")
    for side in ["A", "B"] { try folder.file("test\(side)/1.png", StreetScenes.photo(1).png()) }
    #expect(
      Self.problem(folder.path, Self.test)?.hasPrefix("cannot tell photographs from label maps in x: ")
        == true)
    let empty = try TemporaryDirectory()
    #expect(
      Self.problem(empty.path)
        == "Cityscapes in x is incomplete: leftImg8bit and gtFine, train and val, or trainA to testB is missing. Download "
        + "it again")
    try POSIXFileSystem().makeDirectories(empty.path("train"))
    #expect(
      Self.problem(empty.path) == "Cityscapes in x is incomplete: train/*.jpg is missing. Download it again")
  }

  @Test func `the fingerprint knows every file of its split and no other`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.official(in: folder)
    func fingerprint() throws -> String { try Self.set.fingerprint(Self.train, at: path, DigestCache()) }
    var known = [try fingerprint()]
    try folder.file("official/gtFine/val/aachen/aachen_000001_000019_gtFine_color.png", [1])
    #expect(try fingerprint() == known[0])
    for ending in ["gtFine_color", "gtFine_labelIds"] {
      try folder.file("official/gtFine/train/aachen/aachen_000001_000019_\(ending).png", [1])
      known.append(try fingerprint())
    }
    try folder.file("official/leftImg8bit/train/aachen/aachen_000001_000019_leftImg8bit.png", [1])
    known.append(try fingerprint())
    #expect(Set(known).count == 4)
  }

  @Test func `importing reads every picture, and what was said of either entry holds`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path("in/cityscapes"), train: 2, test: 1)
    let entry = try Catalogue.recognise(folder.path("in/cityscapes"))
    let (place, contents) = try entry.importing(folder.path("in/cityscapes"), into: folder.path("data"))
    #expect(place == "cityscapes")
    #expect(contents == "2 of 2,975 training pairs and 1 of 500 test pairs in the layout of pix2pix")
    let pairs = try Catalogue.entry("cityscapes-pix2pix")
    try pairs.declare(deviation: "made up", in: folder.path("data"))
    #expect(Self.set.declaredDeviation(in: folder.path("data")) == "made up")
    try folder.file("in/cityscapes/val/1.png", [])
    #expect(throws: DatasetError.self) {
      try entry.importing(folder.path("in/cityscapes"), into: folder.path("more"))
    }
  }

  @Test func `numbers are sorted as numbers, and names after them`() {
    let names = [
      "b.png", "10.jpg", "9.png", "a.png", "009.jpg", "00000000000000000000000000001.jpg", "2.png",
    ]
    #expect(
      names.sorted(by: Cityscapes.precedes)
        == ["00000000000000000000000000001.jpg", "2.png", "009.jpg", "9.png", "10.jpg", "a.png", "b.png"])
  }

  @Test func `packs that do not go together`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path("in"), train: 2, test: 1)
    let out = folder.path("out")
    _ = try Self.set.saveScenes(
      Self.train, at: folder.path("in"), side: 8, truth: .side(8), rule: .nearest, to: out, progress: { _ in }
    )
    try folder.file("out/names.json", #"{"arePaired":true,"names":["1"]}"#.utf8)
    let error = #expect(throws: DatasetError.self) { try ScenePairs(folder: out) }
    #expect(
      error?.description.replacing(out, with: "x")
        == "x is no collection of images: it has 1 names, 2 photographs and 2 label maps. Make it again")
    try folder.file("out/names.json", "[".utf8)
    #expect(throws: DatasetError.self) { try ScenePairs(folder: out) }
  }

  @Test func `damaged files never end the program`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path("pairs"), train: 2, test: 1, side: 16)
    let path = try Self.official(in: folder, scenes: 1)
    var mutator = Mutator(seed: 21)
    for (file, root) in [
      ("pairs/train/1.png", folder.path("pairs")),
      ("official/gtFine/train/zurich/zurich_000000_000019_gtFine_labelIds.png", path),
    ] {
      let bytes = try POSIXFileSystem().contents(of: folder.path(file))
      for _ in 0..<Mutator.count(default: 60) {
        try folder.file(file, mutator.mutant(of: bytes))
        do {
          _ = try Self.save(Self.train, root, side: 8)
        } catch is DatasetError {
        } catch is FileError {
        }
      }
    }
  }

  @Test(.enabled(if: dataFolder != nil, "RETABLE_DATA names no data folder"))
  func `the default rule agrees best with the published shares of the classes`() throws {
    guard let path = dataFolder.flatMap({ try? Self.set.locate(in: $0) }),
      try Cityscapes(path).layout != .official
    else { return }
    // Per cent of the training pixels that are scored, as published for the fine annotations.
    let published = [
      36.9, 6.1, 22.8, 0.66, 0.88, 1.23, 0.21, 0.55, 15.9, 1.16, 4.0, 1.22, 0.135, 7.0, 0.27, 0.235, 0.233,
      0.099,
      0.414,
    ]
    var distance: [IdRule: Double] = [:]
    for rule in IdRule.allCases {
      let clock = ContinuousClock()
      var pairs: ScenePairs?
      let time = try clock.measure { pairs = try Self.save(Self.train, path, side: 72, rule: rule).pairs }
      let truth = try #require(pairs?.truth)
      var counts = [Int](repeating: 0, count: 256)
      for scene in 0..<truth.count { truth.withPixels(of: scene) { for id in $0 { counts[Int(id)] += 1 } } }
      let scored = Double(counts[..<19].reduce(0, +))
      let shares = counts[..<19].map { 100 * Double($0) / scored }
      distance[rule] = zip(shares, published).reduce(0) { $0 + abs($1.0 - $1.1) }
      let void = 100 * Double(counts[255]) / (scored + Double(counts[255]))
      print(
        rule, shares.map { String(format: "%.2f", $0) }.joined(separator: " "), "void",
        String(format: "%.1f", void), "apart", String(format: "%.1f", distance[rule] ?? 0), time)
    }
    #expect(distance.min { $0.value < $1.value }?.key == .cleaned)
  }
}
