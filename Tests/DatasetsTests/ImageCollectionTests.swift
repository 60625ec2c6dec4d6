import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct ImageCollectionTests {
  private static func sample(labelled: Bool = true) -> ImageCollection {
    ImageCollection(
      pixels: (0..<(5 * 3 * 4 * 2)).map { UInt8($0) }, channels: 3, height: 4, width: 2,
      labels: labelled ? [0, 2, 1, 2, 2] : [], classes: labelled ? ["ant", "bee", "cat"] : [],
      provenance: "made for a test")
  }

  private static func expectEqual(_ left: ImageCollection, _ right: ImageCollection) {
    #expect(left.shape == right.shape)
    #expect(left.labels == right.labels)
    #expect(left.classes == right.classes)
    #expect(left.provenance == right.provenance)
    for image in 0..<min(left.count, right.count) {
      #expect(left.pixels(of: image) == right.pixels(of: image))
    }
  }

  @Test(arguments: [true, false]) func `comes back as it was`(labelled: Bool) throws {
    let folder = try TemporaryDirectory()
    let file = folder.path("images")
    try Self.sample(labelled: labelled).save(to: file)
    Self.expectEqual(try ImageCollection(file: file, verifying: true), Self.sample(labelled: labelled))
    #expect(try folder.files() == ["images"])
    #expect(
      try POSIXFileSystem().status(of: file, followingLinks: true).size == 4096 + 120 + (labelled ? 10 : 0))
  }

  @Test func `a collection of nothing and many long class names are fine`() throws {
    let folder = try TemporaryDirectory()
    let classes = (0..<1000).map { "class number \($0)" }
    let empty = ImageCollection(
      pixels: [], channels: 1, height: 2, width: 2, labels: [], classes: classes, provenance: "nothing")
    try empty.save(to: folder.path("images"))
    Self.expectEqual(try ImageCollection(file: folder.path("images"), verifying: true), empty)
  }

  @Test func `equal images are equal bytes`() throws {
    let folder = try TemporaryDirectory()
    for name in ["a", "b"] { try Self.sample().save(to: folder.path(name)) }
    #expect(try Digest.hexOfFile(folder.path("a")) == Digest.hexOfFile(folder.path("b")))
  }

  @Test func `mirror images have left and right exchanged, in every row of every channel`() {
    let images = ImageCollection(
      pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] + Array(21...32), channels: 2, height: 2, width: 3,
      labels: [1, 0], classes: ["a", "b"], provenance: "numbers")
    let mirrored = images.mirrored()
    #expect(mirrored.pixels(of: 0) == [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10])
    #expect(mirrored.pixels(of: 1) == [23, 22, 21, 26, 25, 24, 29, 28, 27, 32, 31, 30])
    #expect(mirrored.labels == [1, 0] && mirrored.classes == ["a", "b"])
  }

  @Test func `what was left out is recorded`() throws {
    let folder = try TemporaryDirectory()
    try ImageCollectionWriter.write(
      to: folder.path("images"), channels: 1, height: 1, width: 1, classes: ["a"], provenance: "test"
    ) { writer in
      try writer.append([9], label: 0)
      writer.skipped = 3
    }
    let images = try ImageCollection(file: folder.path("images"))
    #expect(images.skipped == 3)
    #expect(images.count == 1)
  }

  @Test func `writes more than its buffer holds`() throws {
    let folder = try TemporaryDirectory()
    let image = (0..<3072).map { UInt8($0 % 251) }
    try ImageCollectionWriter.write(
      to: folder.path("images"), channels: 3, height: 32, width: 32, classes: ["a", "b"], provenance: "test"
    ) { writer in
      for index in 0..<1000 { try writer.append(image.map { $0 &+ UInt8(index % 7) }, label: index % 2) }
    }
    let images = try ImageCollection(file: folder.path("images"), verifying: true)
    #expect(images.count == 1000)
    #expect(images.classCounts == [500, 500])
    #expect(images.pixels(of: 999) == image.map { $0 &+ 5 })
  }

  @Test func `an error while writing leaves nothing behind`() throws {
    struct Stop: Error {}
    let folder = try TemporaryDirectory()
    #expect(throws: Stop.self) {
      try ImageCollectionWriter.write(
        to: folder.path("images"), channels: 1, height: 1, width: 1, classes: ["a"], provenance: "test"
      ) { writer in
        try writer.append([9], label: 0)
        throw Stop()
      }
    }
    #expect(try folder.files().isEmpty)
  }

  @Test func `a full disk at any call leaves the old file or the new one`() throws {
    let struck = try forEveryCall(.errorFromNowOn(ENOSPC)) { files in
      let folder = try TemporaryDirectory()
      let old = try folder.file("images", [1, 2, 3])
      do {
        try ImageCollectionWriter.write(
          to: old, channels: 1, height: 1, width: 2, classes: ["a"], provenance: "test", using: files
        ) { try $0.append([4, 5], label: 0) }
        #expect(try ImageCollection(file: old, verifying: true).pixels(of: 0) == [4, 5])
      } catch let error as FileError {
        #expect(error.isDiskFull)
        let bytes = try POSIXFileSystem().contents(of: old)
        if bytes != [1, 2, 3] { #expect(try ImageCollection(file: old, verifying: true).count == 1) }
      }
      #expect(files.openFiles == 0)
      #expect(files.strayCloses == 0)
    }
    #expect(struck > 6)
  }

  /// The message of the error that reading the saved file throws after `change`.
  private func message(verifying: Bool = false, after change: ([UInt8]) -> [UInt8]) throws -> String? {
    let folder = try TemporaryDirectory()
    let path = folder.path("images")
    try Self.sample().save(to: path)
    try folder.file("images", change(try POSIXFileSystem().contents(of: path)))
    let error = #expect(throws: DatasetError.self) { try ImageCollection(file: path, verifying: verifying) }
    return error?.description.replacingOccurrences(of: path, with: "FILE")
  }

  @Test func `refuses other files`() throws {
    func refusal(_ reason: String) -> String { "FILE is no collection of images: \(reason). Make it again" }
    #expect(try message { _ in [] } == refusal("it is empty"))
    #expect(
      try message { _ in Array("<html>".utf8) }
        == refusal("it is a web page, probably the answer of a failed download"))
    #expect(
      try message { [UInt8](repeating: 10, count: $0.count) }
        == refusal("it does not start with \"retable image collection\""))
    #expect(
      try message { $0.replacing("collection 1\n", with: "collection 7\n") }
        == refusal("its version is 7, this program reads 1"))
    #expect(
      try message { $0.dropLast(4) } == refusal("it has 4222 bytes where its header says 4226"))
    #expect(
      try message { $0.replacing("\"width\":2", with: "\"width\":0") }
        == refusal("its header says 0 where a size stands"))
    #expect(
      try message { $0.replacing("\"pixelsStart\":4096", with: "\"pixelsStart\":4095") }
        == refusal("its images start at byte 4095, which is no page after the header"))
    #expect(
      try message { $0.replacing("{\"channels", with: "[\"channels") }?
        .hasPrefix("FILE is no collection of images: its header cannot be read (") == true)
    #expect(
      try message { $0.dropLast(2) + [9, 0] }
        == "image 4 of FILE has the label 9, outside 0...2. The file is damaged or of another data set; download it again"
    )
  }

  @Test func `a changed byte is found when asked for`() throws {
    for position in [4096, 4200, 4216] {
      let message = try message(verifying: true) { bytes in
        var bytes = bytes
        bytes[position] ^= 1
        return bytes
      }
      #expect(message?.hasPrefix("the images in FILE changed on disk: SHA-256 ") == true)
    }
  }
}
