import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Fixtures are in `reference/matlab`, written by `reference/matlab.py` with SciPy.
@Suite struct SVHNTests {
  private static func fixture(_ name: String) -> SVHN {
    SVHN(.train, file: Fixtures.path("matlab/\(name).mat"))
  }

  private static func read(_ svhn: SVHN, isLabelled: Bool = true) throws -> ImageCollection {
    let folder = try TemporaryDirectory()
    try svhn.save(to: folder.path("out"), isLabelled: isLabelled)
    return try ImageCollection(file: folder.path("out"), verifying: true)
  }

  private static func message(_ svhn: SVHN) -> String? {
    #expect(throws: DatasetError.self) { try read(svhn) }?.description.replacing(svhn.path, with: "x")
  }

  /// Channel after channel, row-major, by the rule of the fixtures.
  private static func pixels(of image: Int) -> [UInt8] {
    (0..<3072).map { place in
      let (channel, row, column) = (place / 1024, place / 32 % 32, place % 32)
      return UInt8(truncatingIfNeeded: 31 * image + 17 * channel + 5 * row + column)
    }
  }

  @Test(arguments: ["packed", "plain", "packed-double"])
  func `reads pixels and labels, plain and compressed, labels as bytes and as doubles`(name: String) throws {
    let images = try Self.read(Self.fixture(name))
    #expect(images.shape == [7, 3, 32, 32])
    for image in 0..<7 { #expect(images.pixels(of: image) == Self.pixels(of: image)) }
    // 10 stands for the digit 0, the last class.
    #expect(images.labels == [0, 1, 9, 3, 4, 9, 8])
    #expect(images.classes == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"])
  }

  @Test func `the order of the variables does not matter, nor what else is there`() throws {
    let images = try Self.read(Self.fixture("labels-first"))
    #expect(images.labels == [0, 1] && images.pixels(of: 1) == Self.pixels(of: 1))
  }

  @Test func `one image has no last dimension`() throws {
    let images = try Self.read(Self.fixture("one"))
    #expect(images.labels == [2] && images.pixels(of: 0) == Self.pixels(of: 0))
  }

  @Test func `images without labels`() throws {
    let images = try Self.read(Self.fixture("packed"), isLabelled: false)
    #expect(images.count == 7 && images.labels == [] && images.classes == [])
  }

  /// More images than are read at once.
  @Test func `blocks follow one another`() throws {
    let folder = try TemporaryDirectory()
    let count = 2500
    func element(_ type: Int, _ bytes: [UInt8]) -> [UInt8] {
      words([type, bytes.count]) + bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
    func words(_ values: [Int]) -> [UInt8] {
      values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }
    func matrix(_ name: String, _ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
      let header = element(6, words([9, 0])) + element(5, words(shape)) + element(1, Array(name.utf8))
      return element(14, header + element(2, bytes))
    }
    let start = try Fixtures.bytes("matlab/plain.mat")[..<128]
    let pixels = (0..<count).flatMap { image in
      (0..<3072).map { UInt8(truncatingIfNeeded: image &* 7 &+ image / 256 &+ $0 / 32) }
    }
    let labels = (0..<count).map { UInt8($0 % 10 + 1) }
    let path = try folder.file(
      "x.mat", start + matrix("X", [32, 32, 3, count], pixels) + matrix("y", [count, 1], labels))
    let images = try Self.read(SVHN(.test, file: path))
    #expect(images.labels == labels.map { Int($0) - 1 })
    for image in [0, 1023, 1024, 2047, 2048, 2499] {
      let first = UInt8(truncatingIfNeeded: image &* 7 &+ image / 256)
      #expect(images.pixels(of: image).prefix(3) == [first, first &+ 1, first &+ 2], "image \(image)")
    }
  }

  @Test(arguments: [
    ("other-names", "x has no array \"X\"; it has images, labels"),
    ("int16", "array \"X\" of x has type int16 where uint8 is expected"),
    ("cell", "array \"X\" of x has type cell where uint8 is expected"),
    ("single-labels", "array \"y\" of x has type single where uint8 or double is expected"),
    ("side-28", "array \"X\" of x has shape [28, 28, 3, 2] where [32, 32, 3, 2] is expected"),
    ("images-first", "array \"X\" of x has shape [2, 32, 32, 3] where [32, 32, 3, 2] is expected"),
    ("none", "array \"X\" of x has shape [32, 32, 3, 0] where [32, 32, 3, 1] is expected"),
    ("row", "array \"y\" of x has shape [1, 2] where [2, 1] is expected"),
    ("counts", "array \"y\" of x cannot be read: it has 2 labels for 3 images"),
    (
      "zero",
      "image 1 of x has the label 0, outside 1...10. The file is damaged or of another data set; download it again"
    ),
    (
      "eleven",
      "image 0 of x has the label 11, outside 1...10. The file is damaged or of another data set; download it again"
    ),
    ("half", "array \"y\" of x cannot be read: label 1 is 2.5, which is no whole number"),
    ("infinite", "array \"y\" of x cannot be read: label 0 is inf, which is no whole number"),
    ("version-4", "x is no MATLAB 5 file: it is a MATLAB 4 file. Download it again"),
  ])
  func `says in a sentence what is not as published`(name: String, sentence: String) {
    #expect(Self.message(Self.fixture(name)) == sentence)
  }

  @Test func `another kind of file is named`() throws {
    let folder = try TemporaryDirectory()
    func message(_ bytes: [UInt8]) throws -> String? {
      Self.message(SVHN(.train, file: try folder.file("x", bytes)))
    }
    let good = try Fixtures.bytes("matlab/packed.mat")
    let hierarchical = good.replacing("MATLAB 5.0", with: "MATLAB 7.3")
    let hdf: [UInt8] = [0x89] + Array("HDF\r\n\u{1a}\n".utf8)
    for bytes in [hierarchical, hdf, [UInt8](repeating: 0, count: 512) + hdf] {
      #expect(
        try message(bytes)
          == "x is no MATLAB 5 file: it is a MATLAB 7.3 file, which is HDF5. Download it again")
    }
    #expect(try message([]) == "x is no MATLAB 5 file: it is empty. Download it again")
    #expect(
      try message(Array("<!DOCTYPE html><p>404".utf8))
        == "x is no MATLAB 5 file: it is a web page, probably the answer of a failed download. Download it again"
    )
    #expect(
      try message(Array("P6 32 32 255".utf8))
        == "x is no MATLAB 5 file: it does not start with \"MATLAB 5.0 MAT-file\". Download it again")
    var other = good
    other.swapAt(126, 127)
    #expect(
      try message(other)
        == "x is no MATLAB 5 file: it is written in big-endian byte order. Download it again")
    other = good
    other[125] = 2
    #expect(
      try message(other)
        == "x is no MATLAB 5 file: it has another version in its header. Download it again")
  }

  @Test func `a truncated file is an error wherever it ends`() throws {
    let folder = try TemporaryDirectory()
    for name in ["packed", "one"] {
      let bytes = try Fixtures.bytes("matlab/\(name).mat")
      // Every place in headers and around the labels; a few inside the pixels.
      for count in Array(0..<200) + Array(stride(from: 200, to: bytes.count - 100, by: 37))
        + Array((bytes.count - 100)..<bytes.count)
      {
        let path = try folder.file("x", bytes.prefix(count))
        #expect(throws: DatasetError.self, "\(name), \(count) bytes") {
          try SVHN(.train, file: path).inspect()
        }
      }
    }
    let plain = try Fixtures.bytes("matlab/plain.mat")
    #expect(
      Self.message(SVHN(.train, file: try folder.file("x", plain.prefix(10_000))))
        == "x is damaged: it is truncated: 10000 bytes of at least 21696. Download the file again")
    #expect(
      Self.message(SVHN(.train, file: try folder.file("x", plain.prefix(100))))
        == "x is damaged: it ends too early. Download the file again")
  }

  @Test func `a FIFO and a missing file are errors at once`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("train_32x32.mat")
    let missing = #expect(throws: FileError.self) { try SVHN(.train, file: path).inspect() }
    #expect(missing?.isMissing == true)
    #expect(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: FileError.self) { try SVHN(.train, file: path).inspect() }
    #expect(error?.description == "cannot open \(path): it is not a regular file. Check the path.")
  }

  @Test func `the two sets share a folder and need not both be there`() throws {
    let folder = try TemporaryDirectory()
    let bytes = try Fixtures.bytes("matlab/packed.mat")
    let (set, extra) = (SVHNSet(), SVHNExtraSet())
    try folder.file("svhn/extra_32x32.mat", bytes)
    let entry = try Catalogue.entry("svhn")
    #expect(try entry.verify(dataFolder: folder.path) == .missing)
    let further = try extra.save(
      extra.splits[0], at: extra.locate(in: folder.path), to: folder.path("further")
    ) { _ in }
    #expect(further.deviation == "the extra file has 7 of 531,131 images")
    #expect(further.provenance.hasPrefix("SVHN extra images, fingerprint "))
    #expect(try ImageCollection(file: folder.path("further")).labels == [])

    try POSIXFileSystem().removeFile(folder.path("svhn/extra_32x32.mat"))
    try folder.file("svhn/test_32x32.mat", bytes)
    #expect(throws: DatasetError.self) { try extra.locate(in: folder.path) }
    let path = try set.locate(in: folder.path)
    let incomplete = "SVHN in \(path) is incomplete: train_32x32.mat is missing. Download it again"
    #expect(
      try entry.verify(dataFolder: folder.path) == .damaged(place: "svhn", reason: incomplete))
    let error = #expect(throws: DatasetError.self) {
      try set.save(set.splits[0], at: path, to: folder.path("out")) { _ in }
    }
    #expect(error?.description == incomplete)
    let split = try #require(set.split("test"))
    let test = try set.save(split, at: path, to: folder.path("out")) { _ in }
    #expect(test.deviation == "the test file has 7 of 26,032 images")
    #expect(try ImageCollection(file: folder.path("out")).labels == [0, 1, 9, 3, 4, 9, 8])

    try folder.file("svhn/train_32x32.mat", Fixtures.bytes("matlab/one.mat"))
    guard case .damaged(_, let reason) = try entry.verify(dataFolder: folder.path) else {
      Issue.record("other bytes pass for the published file")
      return
    }
    #expect(reason.hasPrefix("\(path)/train_32x32.mat is not the published file: its md5 is "))
    try entry.declare(deviation: "a few images", in: folder.path)
    #expect(
      try entry.verify(dataFolder: folder.path)
        == .whole(
          place: "svhn", contents: "1 of 73,257 training images, 7 of 26,032 test images",
          proof: "declared: a few images"))
  }

  @Test func `the fingerprint follows the file of the split`() throws {
    let folder = try TemporaryDirectory()
    let set = SVHNSet()
    var bytes = try Fixtures.bytes("matlab/plain.mat")
    for name in ["train", "test"] { try folder.file("svhn/\(name)_32x32.mat", bytes) }
    let path = folder.path("svhn")
    let files = set.splits.filter { $0.drawnFrom == nil }
    #expect(files.map(\.name) == ["train", "test"])
    let before = try files.map { try set.fingerprint($0, at: path, DigestCache()) }
    bytes[5000] ^= 1
    try folder.file("svhn/test_32x32.mat", bytes)
    let after = try files.map { try set.fingerprint($0, at: path, DigestCache()) }
    #expect(before[0] == after[0] && before[1] != after[1])
  }

  static let real = dataFolder.flatMap { try? SVHNSet().locate(in: $0) }

  @Test(.enabled(if: real != nil, "needs svhn/{train,test}_32x32.mat in the folder RETABLE_DATA"))
  func `the published files have all ten digits, 1 most often`() throws {
    let (folder, set) = (try TemporaryDirectory(), SVHNSet())
    let path: String = try #require(Self.real)
    for split in set.splits {
      let saved = try set.save(split, at: path, to: folder.path(split.name)) { _ in }
      let images = try ImageCollection(file: folder.path(split.name))
      #expect((images.count == split.count) == (saved.deviation == nil))
      #expect(images.classCounts.max() == images.classCounts[0] && images.classCounts.allSatisfy { $0 > 0 })
      if split.role == .test, images.count == split.count {
        #expect(images.classCounts == [5099, 4149, 2882, 2523, 2384, 1977, 2019, 1660, 1595, 1744])
      }
    }
  }
}
