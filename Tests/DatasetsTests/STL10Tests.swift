import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct STL10Tests {
  private static let counts: [STL10.Split: Int] = [.train: 3, .test: 2, .unlabeled: 4]

  /// The official layout: channel after channel, column by column. The pixel depends on all four positions.
  private static func value(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: image * 31 + channel * 17 + row * 5 + column)
  }

  private static func images(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for image in 0..<count {
      for channel in 0..<3 {
        for column in 0..<96 { for row in 0..<96 { bytes.append(value(image, channel, row, column)) } }
      }
    }
    return bytes
  }

  private static func layOut(in folder: TemporaryDirectory) throws -> STL10 {
    for (split, count) in counts { try folder.file("stl10_binary/\(split)_X.bin", images(count)) }
    try folder.file("stl10_binary/train_y.bin", [1, 10, 3])
    try folder.file("stl10_binary/test_y.bin", [2, 2])
    return STL10(folder.path("stl10_binary"), counts: counts)
  }

  @Test func `reads columns as rows`() throws {
    let folder = try TemporaryDirectory()
    let set = try Self.layOut(in: folder)
    for split in STL10.Split.allCases {
      try set.save(split, to: folder.path("out"))
      let collection = try ImageCollection(file: folder.path("out"), verifying: true)
      #expect(collection.shape == [Self.counts[split] ?? 0, 3, 96, 96])
      #expect(collection.labels == [] && collection.classes == [])
      for image in 0..<collection.count {
        var expected: [UInt8] = []
        for channel in 0..<3 {
          for row in 0..<96 {
            for column in 0..<96 { expected.append(Self.value(image, channel, row, column)) }
          }
        }
        #expect(collection.pixels(of: image) == expected)
      }
    }
  }

  @Test func `names what is wrong`() throws {
    let folder = try TemporaryDirectory()
    let set = try Self.layOut(in: folder)
    func message() -> String? {
      #expect(throws: DatasetError.self) { try set.save(.train, to: folder.path("out")) }?.description
    }
    try folder.file("stl10_binary/train_X.bin", [1, 2, 3])
    #expect(
      message()
        == "\(set.path)/train_X.bin has 3 bytes where 82944 are expected; it is truncated. Download it again")
    try POSIXFileSystem().removeFile("\(set.path)/train_y.bin")
    #expect(message() == "STL-10 in \(set.path) is incomplete: train_y.bin is missing. Download it again")
  }

  @Test func `the files of images and labels are a whole set`() throws {
    let folder = try TemporaryDirectory()
    for (split, count) in [("train", 5_000), ("test", 8_000), ("unlabeled", 100_000)] {
      // Of the published size, and a hole from end to end.
      let path = try folder.file("stl10_binary/\(split)_X.bin", [UInt8]())
      #expect(truncate(path, count * 3 * 96 * 96) == 0)
      guard split != "unlabeled" else { continue }
      try folder.file("stl10_binary/\(split)_y.bin", [UInt8](repeating: 1, count: count))
    }
    #expect(
      try Catalogue.entry("stl10").inspect(folder.path("stl10_binary"))
        == "5,000 training, 8,000 test and 100,000 unlabelled images")
  }

  @Test func `is found, and its fingerprint follows the split`() throws {
    let folder = try TemporaryDirectory()
    let set = try Self.layOut(in: folder)
    #expect(try STL10Set().locate(in: folder.path) == set.path)
    let train = try set.fingerprint(.train)
    let test = try set.fingerprint(.test)
    #expect(train != test)
    try folder.file("stl10_binary/train_y.bin", [1, 10, 4])
    #expect(try set.fingerprint(.train) != train)
    #expect(try set.fingerprint(.test) == test)
    let error = #expect(throws: DatasetError.self) { try STL10Set().locate(in: "/nowhere") }
    #expect(
      error?.description
        == "STL-10 not found; looked for /nowhere/stl10_binary, /nowhere/stl10/stl10_binary, /nowhere/stl10. "
        + "'retable data fetch stl10' downloads and unpacks it")
  }
}
