import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CIFAR10Tests {
  /// Twenty images to a batch in the official layout: `label`, then bytes that depend on batch, image and place.
  private static func batch(_ number: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for image in 0..<20 {
      bytes.append(UInt8((number + image) % 10))
      for place in 0..<3072 { bytes.append(UInt8(truncatingIfNeeded: number * 50 + image * 7 + place)) }
    }
    return bytes
  }

  @discardableResult
  private static func layOut(in folder: TemporaryDirectory, below parent: String = "") throws -> String {
    let name = parent + CIFAR10.folderName
    for number in 1...5 { try folder.file("\(name)/data_batch_\(number).bin", batch(number)) }
    try folder.file("\(name)/test_batch.bin", batch(0))
    try folder.file("\(name)/batches.meta.txt", (CIFAR10.classes.joined(separator: "\n") + "\n\n").utf8)
    return folder.path(name)
  }

  /// The archive of the folder, with its members in the order of the official one.
  private static func pack(_ folder: TemporaryDirectory) throws -> String {
    let members = [
      "data_batch_1.bin", "batches.meta.txt", "data_batch_3.bin", "data_batch_4.bin", "test_batch.bin",
      "data_batch_5.bin", "data_batch_2.bin",
    ]
    let archive = folder.path(CIFAR10.archiveName)
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments = ["-czf", archive, "-C", folder.path] + members.map { "\(CIFAR10.folderName)/\($0)" }
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    return archive
  }

  private static func read(_ path: String, _ split: CIFAR10.Split) throws -> ImageCollection {
    let folder = try TemporaryDirectory()
    let file = folder.path("images")
    try CIFAR10(path, imagesPerBatch: 20).save(split, to: file)
    return try ImageCollection(file: file, verifying: true)
  }

  private static func message(_ path: String, _ split: CIFAR10.Split = .train) -> String? {
    #expect(throws: DatasetError.self) { try read(path, split) }?.description
  }

  @Test(arguments: [false, true]) func `reads both splits, from the folder and from the archive`(packed: Bool)
    throws
  {
    let folder = try TemporaryDirectory()
    var path = try Self.layOut(in: folder)
    if packed { path = try Self.pack(folder) }
    let train = try Self.read(path, .train)
    let test = try Self.read(path, .test)
    #expect(train.shape == [100, 3, 32, 32])
    #expect(test.shape == [20, 3, 32, 32])
    #expect(train.classes == CIFAR10.classes)
    #expect(train.labels == (1...5).flatMap { batch in (0..<20).map { (batch + $0) % 10 } })
    for image in [0, 19, 20, 45, 99] {
      let start = image % 20 * 3073 + 1
      #expect(train.pixels(of: image) == Array(Self.batch(image / 20 + 1)[start..<(start + 3072)]))
    }
    #expect(test.pixels(of: 3) == Array(Self.batch(0)[(3 * 3073 + 1)..<(4 * 3073)]))
    let fingerprint = try CIFAR10(path).fingerprint()
    #expect(
      train.provenance == "CIFAR-10 train images from \(Paths.name(of: path)), fingerprint \(fingerprint)")
  }

  @Test func `progress ends at one`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    var fractions: [Double] = []
    try CIFAR10(path, imagesPerBatch: 20).save(.train, to: folder.path("out")) { fractions.append($0) }
    #expect(fractions == [0.2, 0.4, 0.6, 0.8, 1])
  }

  @Test func `names what is wrong with a folder`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    let fourth = "\(CIFAR10.folderName)/data_batch_4.bin"
    try folder.file(fourth, Self.batch(4).dropLast(5))
    #expect(
      Self.message(path)
        == "\(path)/data_batch_4.bin has 61455 bytes where 61460 are expected; it is truncated. Download it again"
    )
    try folder.file(fourth, Self.batch(4) + [0])
    #expect(
      Self.message(path)
        == "\(path)/data_batch_4.bin has 61461 bytes where 61460 are expected. Download it again")
    try folder.file(fourth, "<!DOCTYPE html><html>Not found</html>".utf8)
    #expect(
      Self.message(path)
        == "\(path)/data_batch_4.bin is no file of CIFAR-10: it is a web page, probably the answer of a failed "
        + "download. Download it again")
    var wrongLabel = Self.batch(4)
    wrongLabel[2 * 3073] = 10
    try folder.file(fourth, wrongLabel)
    #expect(
      Self.message(path)
        == "image 2 of \(path)/data_batch_4.bin has the label 10, outside 0...9. The file is damaged or of another data "
        + "set; download it again")
    try POSIXFileSystem().removeFile(folder.path(fourth))
    try POSIXFileSystem().removeFile("\(path)/data_batch_2.bin")
    #expect(
      Self.message(path)
        == "CIFAR-10 in \(path) is incomplete: data_batch_2.bin, data_batch_4.bin are missing. Download it again"
    )
    #expect(throws: DatasetError.self) { try CIFAR10(path).fingerprint() }
    try folder.file(fourth, Self.batch(4))
    try folder.file("\(CIFAR10.folderName)/data_batch_2.bin", Self.batch(2))
    #expect(try Self.read(path, .train).count == 100)
    try folder.file("\(CIFAR10.folderName)/batches.meta.txt", "airplane\nautomobile\nbirds\n".utf8)
    #expect(
      Self.message(path, .test)
        == "line 3 of \(path)/batches.meta.txt cannot be read: it says \"birds\" where CIFAR-10 has \"bird\"")
  }

  @Test func `names what is wrong with an archive`() throws {
    let folder = try TemporaryDirectory()
    try Self.layOut(in: folder)
    try POSIXFileSystem().removeFile(folder.path("\(CIFAR10.folderName)/data_batch_2.bin"))
    try folder.file("\(CIFAR10.folderName)/data_batch_2.bin", Self.batch(2).dropLast())
    let path = try Self.pack(folder)
    #expect(
      Self.message(path)
        == "\(path), member cifar-10-batches-bin/data_batch_2.bin, has 61459 bytes where 61460 are expected; it is "
        + "truncated. Download it again")
    let bytes = try POSIXFileSystem().contents(of: path)
    try folder.file(CIFAR10.archiveName, bytes.prefix(bytes.count / 2))
    #expect(
      Self.message(path)?.contains("is damaged: truncated gzip input") == true, "\(Self.message(path) ?? "")")
    try folder.file(CIFAR10.archiveName, "<html><head><title>404".utf8)
    #expect(
      Self.message(path)
        == "\(path) is no gzip archive: it is a web page, probably the answer of a failed download. "
        + "Download it again")
    try folder.file(CIFAR10.archiveName, [])
    #expect(Self.message(path) == "\(path) is no gzip archive: it is empty. Download it again")
    try folder.file(CIFAR10.archiveName, [7, 7, 7])
    #expect(
      Self.message(path)
        == "\(path) is no gzip archive: it has no signature of an archive. Download it again")
  }

  @Test func `an archive without a batch is incomplete`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("\(CIFAR10.folderName)/test_batch.bin", Self.batch(0))
    let archive = folder.path("test-only.tar.gz")
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/bin/tar")
    tar.arguments = ["-czf", archive, "-C", folder.path, CIFAR10.folderName]
    try tar.run()
    tar.waitUntilExit()
    #expect(try Self.read(archive, .test).count == 20)
    #expect(
      Self.message(archive)
        == "CIFAR-10 in \(archive) is incomplete: data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, "
        + "data_batch_4.bin, data_batch_5.bin are missing. Download it again")
  }

  @Test(arguments: ["", "cifar10/"]) func `finds folder and archive`(parent: String) throws {
    let folder = try TemporaryDirectory()
    let archive = try folder.file(parent + CIFAR10.archiveName, [1])
    #expect(try CIFAR10.locate(dataFolder: folder.path) == archive)
    let batches = try Self.layOut(in: folder, below: parent)
    #expect(try CIFAR10.locate(dataFolder: folder.path) == batches)
  }

  @Test func `says where it looked`() throws {
    let error = #expect(throws: DatasetError.self) { try CIFAR10.locate(dataFolder: "/nowhere") }
    #expect(
      error?.description
        == "CIFAR-10 not found; looked for /nowhere/cifar-10-batches-bin, /nowhere/cifar10/cifar-10-batches-bin, "
        + "/nowhere/cifar-10-binary.tar.gz, /nowhere/cifar10/cifar-10-binary.tar.gz. "
        + "'retable data fetch cifar10' downloads it")
  }

  @Test func `the fingerprint follows the data and nothing else`() throws {
    let (first, second) = (try TemporaryDirectory(), try TemporaryDirectory())
    let path = try Self.layOut(in: first)
    let fingerprint = try CIFAR10(path).fingerprint()
    #expect(fingerprint.count == 16)
    #expect(try CIFAR10(Self.layOut(in: second)).fingerprint() == fingerprint)
    var changed = Self.batch(3)
    changed[0] ^= 1
    try first.file("\(CIFAR10.folderName)/data_batch_3.bin", changed)
    #expect(try CIFAR10(path).fingerprint() != fingerprint)
    try first.file("\(CIFAR10.folderName)/data_batch_3.bin", Self.batch(3).dropLast())
    #expect(try CIFAR10(path).fingerprint() != fingerprint)
  }

  static let real = dataFolder.flatMap { try? CIFAR10.locate(dataFolder: $0) }

  @Test(.enabled(if: real != nil, "needs cifar-10-batches-bin or its archive in the folder RETABLE_DATA"))
  func `the official set has 5,000 and 1,000 images of each class`() throws {
    let folder = try TemporaryDirectory()
    for (split, perClass) in [(CIFAR10.Split.train, 5000), (.test, 1000)] {
      let file = folder.path(split.rawValue)
      try CIFAR10(#require(Self.real)).save(split, to: file)
      let images = try ImageCollection(file: file)
      #expect(images.count == 10 * perClass)
      #expect(images.classCounts == Array(repeating: perClass, count: 10))
    }
  }
}
