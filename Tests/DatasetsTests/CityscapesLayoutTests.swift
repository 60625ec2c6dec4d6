import Files
import Foundation
import Images
import TestSupport
import Testing

@testable import Datasets

/// Which files of a folder belong to a scene, and what is said of those that belong to none.
@Suite struct CityscapesLayoutTests {
  /// What `prepare_cityscapes_dataset.py` of CycleGAN's authors leaves: pairs, and their sides in folders of their own.
  private static func prepared(
    in folder: TemporaryDirectory, pairs: [String] = ["train", "test"], sides: Bool = true
  ) throws -> String {
    for (split, count, first) in [("train", 12, 0), ("test", 2, 100_000)] {
      for number in 0..<count {
        let (photo, labels) = (StreetScenes.photo(first + number), StreetScenes.labels(first + number))
        if pairs.contains(split) {
          try folder.file("set/\(split)/\(number).jpg", StreetScenes.pair(first + number).png())
        }
        guard sides else { continue }
        try folder.file("set/\(split)A/\(number)_A.jpg", photo.png())
        try folder.file("set/\(split)B/\(number)_B.jpg", labels.png())
      }
    }
    return folder.path("set")
  }

  private static func move(_ source: String, to target: String) throws {
    try POSIXFileSystem().makeDirectories(Paths.parent(of: target))
    try FileManager.default.moveItem(atPath: source, toPath: target)
  }

  @Test func `pairs and sides as the script of CycleGAN's authors writes them`() throws {
    let cases: [(pairs: [String], sides: Bool, words: String)] = [
      (["train", "test"], false, "the layout of pix2pix"),
      ([], true, "the layout of CycleGAN"),
      (["train", "test"], true, "the layout of pix2pix (not the layout of CycleGAN, which is there too)"),
      // Pairs of one split alone do not hide the sides of both.
      (["train"], true, "the layout of CycleGAN (not the layout of pix2pix, which is there too)"),
    ]
    for (pairs, sides, words) in cases {
      let folder = try TemporaryDirectory()
      let path = try Self.prepared(in: folder, pairs: pairs, sides: sides)
      let train = try CityscapesTests.save(CityscapesTests.train, path)
      #expect(train.pairs.names == (0..<12).map(String.init) && train.pairs.arePaired)
      for scene in [0, 11] {
        #expect(train.pairs.photos.pixels(of: scene) == StreetScenes.photo(scene).planes)
        #expect(train.pairs.labels.pixels(of: scene) == StreetScenes.labels(scene).planes)
      }
      #expect(train.saved.notes == [])
      #expect(
        train.saved.provenance.hasPrefix("12 of 2,975 training pairs of Cityscapes in \(words), squashed "))
      let test = try CityscapesTests.save(CityscapesTests.test, path)
      #expect(test.pairs.names == ["0", "1"])
      #expect(test.pairs.photos.pixels(of: 1) == StreetScenes.photo(100_001).planes)
      #expect(test.pairs.truth?.pixels(of: 1) == StreetScenes.ids(100_001))
      #expect(
        try CityscapesSet.inspect(path) == "12 of 2,975 training pairs and 2 of 500 test pairs in \(words)")
    }
  }

  @Test func `validation pairs are the test split where there are others too`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.prepared(in: folder, sides: false)
    try folder.file("set/val/7.png", StreetScenes.pair(7).png())
    #expect(try CityscapesTests.save(CityscapesTests.test, path).pairs.names == ["7"])
    try POSIXFileSystem().removeTree("\(path)/val")
    try POSIXFileSystem().removeTree("\(path)/test")
    try POSIXFileSystem().makeDirectories("\(path)/test")
    #expect(
      CityscapesTests.problem(path, CityscapesTests.test)
        == "Cityscapes in x is incomplete: test/*.jpg is missing. Download it again")
  }

  @Test func `a side at the end of a name is no part of the scene`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.prepared(in: folder, pairs: [])
    // Folders that have been exchanged keep the names in them.
    try Self.move("\(path)/trainA", to: "\(path)/old")
    try Self.move("\(path)/trainB", to: "\(path)/trainA")
    try Self.move("\(path)/old", to: "\(path)/trainB")
    let swapped = try CityscapesTests.save(CityscapesTests.train, path)
    #expect(swapped.pairs.arePaired && swapped.pairs.names == (0..<12).map(String.init))
    #expect(swapped.pairs.photos.pixels(of: 11) == StreetScenes.photo(11).planes)
    try POSIXFileSystem().removeFile("\(path)/testB/1_B.jpg")
    try folder.file("set/testA/0.jpg", StreetScenes.photo(0).png())
    #expect(
      CityscapesTests.problem(path, CityscapesTests.test)
        == "x has 2 problems, and nothing is left out: testA has 0.jpg and 0_A.jpg for one scene; testA/1_A.jpg has no "
        + "partner in testB. Put the published files in their place")
    // What has no number in common is unpaired, with sides or without.
    let unpaired = try TemporaryDirectory()
    for number in 1...2 {
      try unpaired.file("trainA/p\(number)_A.png", StreetScenes.photo(number).png())
      try unpaired.file("trainB/l\(number)_B.png", StreetScenes.labels(number).png())
    }
    let apart = try CityscapesTests.save(CityscapesTests.train, unpaired.path).pairs
    #expect(!apart.arePaired && apart.names == ["p1", "p2"] && apart.count == 2)
  }

  @Test func `cities of the official tree in further folders`() throws {
    let folder = try TemporaryDirectory()
    let path = try CityscapesTests.official(in: folder)
    for side in ["leftImg8bit", "gtFine"] {
      try Self.move("\(path)/\(side)/val/zurich", to: "\(path)/\(side)/val/germany/zurich")
    }
    try folder.file("official/leftImg8bit/val/aachen/._aachen_000001_000019_leftImg8bit.png", [1])
    let (pairs, _) = try CityscapesTests.save(CityscapesTests.test, path)
    #expect(pairs.names == ["aachen_000001_000019", "zurich_000000_000019"])
    #expect(pairs.photos.pixels(of: 1) == StreetScenes.photo(100_000).planes)
    #expect(pairs.truth?.pixels(of: 1) == StreetScenes.ids(100_000))
    // Folders that differ on the two sides.
    try Self.move("\(path)/gtFine/val/germany/zurich", to: "\(path)/gtFine/val/zurich")
    let name = "zurich/zurich_000000_000019"
    let photo = "leftImg8bit/val/germany/\(name)_leftImg8bit.png"
    #expect(
      CityscapesTests.problem(path, CityscapesTests.test)
        == "x has 3 problems, and nothing is left out: \(photo) has no partner gtFine/val/germany/\(name)_gtFine_labelIds.png; "
        + "\(photo) has no partner gtFine/val/germany/\(name)_gtFine_color.png; "
        + "gtFine/val/\(name)_gtFine_labelIds.png has no partner leftImg8bit/val/\(name)_leftImg8bit.png. "
        + "Put the published files in their place")
  }

  @Test func `a scene of the official tree in two folders, and a folder that is a link to nothing`() throws {
    let folder = try TemporaryDirectory()
    let path = try CityscapesTests.official(in: folder)
    for side in ["leftImg8bit", "gtFine"] {
      try POSIXFileSystem().makeDirectories("\(path)/\(side)/val/germany")
      try FileManager.default.copyItem(
        atPath: "\(path)/\(side)/val/zurich", toPath: "\(path)/\(side)/val/germany/zurich")
    }
    #expect(symlink("nothing", "\(path)/leftImg8bit/val/ulm") == 0)
    #expect(
      CityscapesTests.problem(path, CityscapesTests.test)
        == "x has 2 problems, and nothing is left out: leftImg8bit/val/ulm cannot be read (it is a link to nothing); "
        + "leftImg8bit/val has germany/zurich/zurich_000000_000019_leftImg8bit.png and "
        + "zurich/zurich_000000_000019_leftImg8bit.png for one scene. Put the published files in their place")
  }

  @Test func `maps without a photograph are named once`() throws {
    let folder = try TemporaryDirectory()
    let path = try CityscapesTests.official(in: folder)
    try folder.file("official/gtFine/train/ulm/ulm_000008_000019_gtFine_color.png", [1])
    for kind in ["color", "labelIds"] {
      try folder.file("official/gtFine/train/ulm/ulm_000009_000019_gtFine_\(kind).png", [1])
    }
    func orphan(_ number: Int, _ kind: String) -> String {
      let name = "ulm/ulm_00000\(number)_000019"
      return
        "gtFine/train/\(name)_gtFine_\(kind).png has no partner leftImg8bit/train/\(name)_leftImg8bit.png"
    }
    #expect(
      CityscapesTests.problem(path)
        == "x has 2 problems, and nothing is left out: \(orphan(9, "labelIds")); \(orphan(8, "color")). "
        + "Put the published files in their place")
  }

  @Test func `endings of the official tree in capitals`() throws {
    let folder = try TemporaryDirectory()
    let path = try CityscapesTests.official(in: folder)
    for name in try folder.files() where name.contains("/val/") {
      try Self.move(folder.path(name), to: folder.path(name.replacing(".png", with: ".PNG")))
    }
    let (pairs, _) = try CityscapesTests.save(CityscapesTests.test, path)
    #expect(pairs.names == ["aachen_000001_000019", "zurich_000000_000019"])
    #expect(pairs.photos.pixels(of: 0) == StreetScenes.photo(100_001).planes)
    #expect(pairs.truth?.pixels(of: 0) == StreetScenes.ids(100_001))
    let aachen = "aachen/aachen_000001_000019"
    try folder.file("official/gtFine/val/\(aachen)_gtFine_color.png", StreetScenes.labels(1).png())
    #expect(
      CityscapesTests.problem(path, CityscapesTests.test)
        == "x has 1 problem, and nothing is left out: gtFine/val has \(aachen)_gtFine_color.PNG and "
        + "\(aachen)_gtFine_color.png for one scene. Put the published files in their place")
    try POSIXFileSystem().removeFile("\(path)/gtFine/val/\(aachen)_gtFine_color.png")
    try POSIXFileSystem().removeFile("\(path)/gtFine/val/\(aachen)_gtFine_color.PNG")
    #expect(
      CityscapesTests.problem(path, CityscapesTests.test)
        == "x has 1 problem, and nothing is left out: leftImg8bit/val/\(aachen)_leftImg8bit.PNG has no partner "
        + "gtFine/val/\(aachen)_gtFine_color.png. Put the published files in their place")
  }

  @Test func `the pair that is named is the one of unusual size`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path, train: 2, test: 4)
    try folder.file("val/1.png", StreetScenes.pair(1, side: 1).png())
    #expect(
      CityscapesTests.problem(folder.path, CityscapesTests.test)
        == "x has 1 problem, and nothing is left out: val/1.png has 1 x 1 classes where the most frequent size is 64 x 64. "
        + "Put the published files in their place")
    // Of two sizes that are equally frequent, the first is taken for the set's.
    try folder.file("train/2.png", StreetScenes.pair(2, side: 32).png())
    #expect(
      CityscapesTests.problem(folder.path)
        == "x has 1 problem, and nothing is left out: train/2.png has 32 x 32 classes where the most frequent size is "
        + "64 x 64. Put the published files in their place")
  }

  /// What is wrong with a set that is to be imported, where the set is called x.
  private static func problemOfImporting(_ path: String) -> String? {
    #expect(throws: DatasetError.self) { try CityscapesSet.inspect(path) }?.description.replacing(
      path, with: "x")
  }

  @Test func `a scene whose sides are the other way round is named`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path, train: 12, test: 12)
    let pair = StreetScenes.pair(3)
    var bytes: [UInt8] = []
    for row in 0..<64 {
      let line = pair.bytes[row * 384..<(row + 1) * 384]
      bytes += line.suffix(192) + line.prefix(192)
    }
    let exchanged = try Raster(width: 128, height: 64, colour: .rgb, bytes: bytes).png()
    // Eight are looked at to tell the sides of the set, and this is none of them.
    for name in ["train/3.png", "val/3.png"] { try folder.file(name, exchanged) }
    let words = "has the photograph where the other scenes have the label map"
    #expect(
      Self.problemOfImporting(folder.path)
        == "x has 2 problems, and nothing is left out: train/3.png \(words); val/3.png \(words). "
        + "Put the published files in their place")
    #expect(CityscapesTests.problem(folder.path)?.contains("train/3.png \(words)") == true)
  }

  /// Only test scenes are scored in the size of their classes.
  @Test func `verifying finds test classes of unusual size`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path, train: 3, test: 3)
    try folder.file("train/2.png", StreetScenes.pair(2, side: 32).png())
    #expect(throws: Never.self) { try CityscapesSet.inspect(folder.path) }
    try folder.file("val/2.png", StreetScenes.pair(2, side: 32).png())
    #expect(
      Self.problemOfImporting(folder.path)
        == "x has 1 problem, and nothing is left out: val/2.png has 32 x 32 classes where the most frequent size is "
        + "64 x 64. Put the published files in their place")
  }

  @Test func `importing and verifying name what is wrong with either split`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("cityscapes")
    try StreetScenes.write(to: path, train: 2, test: 3)
    for name in ["train/1.png", "val/1.png", "val/3.png"] { try folder.file("cityscapes/\(name)", []) }
    let words =
      "\(path) has 3 problems, and nothing is left out: train/1.png cannot be read (it is empty); val/1.png cannot be read "
      + "(it is empty); val/3.png cannot be read (it is empty). Put the published files in their place"
    let entry = try Catalogue.entry("cityscapes")
    #expect(try entry.verify(dataFolder: folder.path) == .damaged(place: "cityscapes", reason: words))
    let error = #expect(throws: DatasetError.self) { try entry.importing(path, into: folder.path("data")) }
    #expect(error?.description == words)
    for number in 3...12 { try folder.file("cityscapes/train/\(number).png", []) }
    let many = Self.problemOfImporting(path)
    #expect(many?.hasPrefix("x has 13 problems, and nothing is left out: train/1.png ") == true)
    #expect(many?.contains("; and 3 more. Put") == true)
  }

  @Test func `a split that is missing, or whose sides are unclear, hides nothing of the other`() throws {
    let folder = try TemporaryDirectory()
    try StreetScenes.write(to: folder.path, train: 2, test: 1)
    try POSIXFileSystem().removeTree(folder.path("val"))
    #expect(
      Self.problemOfImporting(folder.path)
        == "Cityscapes in x is incomplete: val/*.jpg is missing. Download it again")
    try folder.file("train/1.png", [])
    #expect(
      Self.problemOfImporting(folder.path)
        == "x has 2 problems, and nothing is left out: train/1.png cannot be read (it is empty); val/*.jpg is missing. "
        + "Put the published files in their place")
    let sides = try TemporaryDirectory()
    for side in ["trainA", "trainB", "testB"] {
      try sides.file("\(side)/1.png", StreetScenes.labels(1).png())
    }
    try sides.file("testA/1.png", [])
    #expect(
      Self.problemOfImporting(sides.path)
        == "x has 2 problems, and nothing is left out: 100 % of trainA and 100 % of trainB have a colour of Cityscapes' "
        + "label maps, where one side should have most and the other few; testA/1.png cannot be read (it is empty). "
        + "Put the published files in their place")
  }
}
